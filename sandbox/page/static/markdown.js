// The markdown block: headings, emphasis, code, lists, tasks, quotes, tables, rules. Images become links, as in Slack.

import { h } from "./dom.js";
import { emoji, link } from "./mrkdwn.js";

const INLINE =
  /\\([\\`*_{}[\]()#+\-.!~|>])|(`+)(.+?)\2(?!`)|!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*(?!\s)([^*]+?)\*|(?<!\w)_(?!\s)([^_]+?)_(?!\w)|(https?:\/\/[^\s<>)]+)|:([a-z0-9_+-]+):| {2}\n|\n/g;

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > from) nodes.push(text.slice(from, found.index));
    from = found.index + found[0].length;
    nodes.push(piece(found));
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function piece([whole, escaped, , code, label, address, bold, bold2, struck, italic, italic2, bare, name]) {
  if (escaped) return escaped;
  if (code !== undefined) return h("code", {}, code.trim());
  if (address) return link(address, label ? inline(label) : address);
  if (bold ?? bold2) return h("strong", {}, inline(bold ?? bold2));
  if (struck) return h("s", {}, inline(struck));
  if (italic ?? italic2) return h("em", {}, inline(italic ?? italic2));
  if (bare) return link(bare, bare);
  if (name) return emoji(name);
  return whole === "\n" ? " " : h("br");
}

const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/;

class Reader {
  constructor(text) {
    this.lines = text.replace(/\r\n?/g, "\n").split("\n");
    this.at = 0;
  }

  get line() {
    return this.lines[this.at];
  }

  take(while_) {
    const taken = [];
    while (this.at < this.lines.length && while_(this.line)) taken.push(this.lines[this.at++]);
    return taken;
  }

  next() {
    const line = this.line;
    if (!line.trim()) return void (this.at += 1);
    if (/^\s*```/.test(line)) return this.fence();
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (heading) {
      this.at += 1;
      // Below the page's own headings; a message's first heading is the fourth level.
      return h(`h${Math.min(6, heading[1].length + 3)}`, { class: `md-h${heading[1].length}` }, inline(heading[2]));
    }
    if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      this.at += 1;
      return h("hr");
    }
    if (/^\s*>/.test(line)) {
      const inner = this.take((each) => /^\s*>/.test(each)).map((each) => each.replace(/^\s*> ?/, ""));
      return h("blockquote", {}, markdown(inner.join("\n")));
    }
    if (ITEM.test(line)) return this.list(ITEM.exec(line)[1].length);
    if (line.includes("|") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(this.lines[this.at + 1] ?? "")) return this.table();
    return h("p", {}, inline(this.paragraph().join("\n")));
  }

  paragraph() {
    const first = this.lines[this.at++];
    return [first, ...this.take((line) => line.trim() && !ITEM.test(line) && !/^\s*(```|>|#{1,6}\s)/.test(line))];
  }

  fence() {
    const language = this.line.trim().slice(3).trim();
    this.at += 1;
    const body = this.take((line) => !/^\s*```/.test(line));
    this.at += 1;
    return h("pre", { tabindex: "0", "data-language": language || null }, h("code", {}, body.join("\n")));
  }

  list(indent) {
    const [, , number] = ITEM.exec(this.line);
    const items = [];
    while (this.at < this.lines.length) {
      const found = ITEM.exec(this.line);
      if (!found || found[1].length < indent) break;
      if (found[1].length > indent + 1 && items.length) items.at(-1).append(this.list(found[1].length));
      else {
        this.at += 1;
        items.push(this.item(found[3]));
      }
    }
    return h(number ? "ol" : "ul", { start: number && number !== "1" ? number : null }, items);
  }

  item(text) {
    const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
    if (!task) return h("li", {}, inline(text));
    const done = task[1] !== " ";
    return h("li", { class: "task" }, h("span", { role: "img", "aria-label": done ? "done" : "to do" }, done ? "☑" : "☐"), " ", inline(task[2]));
  }

  table() {
    const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
    const head = cells(this.lines[this.at]);
    const sides = cells(this.lines[this.at + 1]).map((rule) => (/^:-+:$/.test(rule) ? "center" : /-:$/.test(rule) ? "right" : "left"));
    this.at += 2;
    const rows = this.take((line) => line.includes("|") && line.trim());
    const cell = (tag) => (text, column) => h(tag, { class: `to-${sides[column] ?? "left"}`, scope: tag === "th" ? "col" : null }, inline(text));
    return h(
      "div",
      { class: "table-box", role: "region", "aria-label": "Table", tabindex: "0" },
      h("table", {}, h("thead", {}, h("tr", {}, head.map(cell("th")))), h("tbody", {}, rows.map((row) => h("tr", {}, cells(row).map(cell("td")))))),
    );
  }
}

/** The nodes of standard Markdown. */
export function markdown(text) {
  const reader = new Reader(text);
  const nodes = [];
  while (reader.at < reader.lines.length) {
    const node = reader.next();
    if (node) nodes.push(node);
  }
  return nodes;
}
