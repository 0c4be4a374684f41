// The rich_text block, and its way from and to what a person types into a rich text field.

import { h } from "./dom.js";
import { channelMention, dateNode, emoji, groupMention, link, mention, userMention } from "./mrkdwn.js";

const STYLE_TAGS = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]];

function styled(node, style = {}) {
  return STYLE_TAGS.filter(([name]) => style[name]).reduce((inner, [, tag]) => h(tag, {}, inner), node);
}

function withBreaks(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

const LEAVES = {
  text: (leaf) => withBreaks(leaf.text),
  link: (leaf) => link(leaf.url, leaf.text || leaf.url),
  emoji: (leaf) => (leaf.unicode ? unicodeEmoji(leaf) : emoji(leaf.name)),
  user: (leaf, store) => userMention(leaf.user_id, store),
  usergroup: (leaf, store) => groupMention(leaf.usergroup_id, store),
  channel: (leaf, store) => channelMention(leaf.channel_id, store),
  team: (_leaf, store) => mention(store.state.team.name),
  broadcast: (leaf) => mention(`@${leaf.range}`, true),
  color: (leaf) => colour(leaf.value),
  date: (leaf, store) => dateNode(leaf.timestamp, leaf.format, leaf.fallback ?? "", store, leaf.url ?? ""),
};

function unicodeEmoji(leaf) {
  const points = leaf.unicode.split("-").map((point) => parseInt(point, 16));
  const known = points.every((point) => point > 0 && point <= 0x10ffff);
  return known
    ? h("span", { class: "emoji", role: "img", "aria-label": leaf.name.replaceAll("_", " ") }, String.fromCodePoint(...points))
    : emoji(leaf.name);
}

function colour(value) {
  const dot = h("span", { class: "colour-dot", "aria-hidden": "true" });
  dot.style.backgroundColor = value;
  return h("span", { class: "colour" }, dot, value);
}

const leaves = (elements, store) =>
  elements.map((leaf) => styled(h("span", {}, LEAVES[leaf.type]?.(leaf, store) ?? ""), leaf.style));

function list(element, store) {
  const items = element.elements.map((item) => h("li", {}, leaves(item.elements, store)));
  const indent = element.indent ?? 0;
  const tag = element.style === "ordered" ? "ol" : "ul";
  const start = element.style === "ordered" && element.offset ? element.offset + 1 : null;
  return h(tag, { class: `rich-list indent-${indent}${element.border ? " bordered" : ""}`, start }, items);
}

const PARTS = {
  rich_text_section: (part, store) => h("div", { class: "rich-section" }, leaves(part.elements, store)),
  rich_text_list: list,
  rich_text_quote: (part, store) => h("blockquote", {}, leaves(part.elements, store)),
  rich_text_preformatted: (part, store) =>
    h("pre", { tabindex: "0", "data-language": part.language ?? null }, leaves(part.elements, store)),
};

/** The nodes of a rich_text block. */
export const richText = (block, store) => block.elements.map((part) => PARTS[part.type]?.(part, store) ?? "");

// --- typing ---

const MARK = /\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~|`([^`\n]+)`|(https?:\/\/[^\s<>]+)/g;
const MARK_STYLES = [null, "bold", "italic", "strike", "code"];

function typedLeaves(line) {
  const found = [];
  let from = 0;
  for (const match of line.matchAll(MARK)) {
    if (match.index > from) found.push({ type: "text", text: line.slice(from, match.index) });
    from = match.index + match[0].length;
    const kind = match.findIndex((group, index) => index > 0 && group !== undefined);
    found.push(
      kind === 5
        ? { type: "link", url: match[5] }
        : { type: "text", text: match[kind], style: { [MARK_STYLES[kind]]: true } },
    );
  }
  if (from < line.length) found.push({ type: "text", text: line.slice(from) });
  return found;
}

const LINES = [
  [/^[-*•] (.*)$/, "bullet"],
  [/^\d+[.)] (.*)$/, "ordered"],
  [/^> ?(.*)$/, "quote"],
];

/** What was typed as a rich_text value: lists, quotes, *bold*, _italic_, ~struck~, `code`, links; null when empty. */
export function fromTyped(text) {
  if (!text.trim()) return null;
  const elements = [];
  for (const line of text.split("\n")) {
    const [kind, words] = LINES.map(([shape, name]) => [name, shape.exec(line)?.[1]]).find(([, m]) => m !== undefined) ?? ["", line];
    addLine(elements, kind, typedLeaves(words));
  }
  return { type: "rich_text", elements };
}

function addLine(elements, kind, line) {
  const last = elements.at(-1);
  if (kind === "bullet" || kind === "ordered") {
    const item = { type: "rich_text_section", elements: line };
    if (last?.type === "rich_text_list" && last.style === kind) last.elements.push(item);
    else elements.push({ type: "rich_text_list", style: kind, elements: [item] });
    return;
  }
  const type = kind === "quote" ? "rich_text_quote" : "rich_text_section";
  if (last?.type === type) last.elements.push({ type: "text", text: "\n" }, ...line);
  else elements.push({ type, elements: line });
}

const SIGNS = { bold: "*", italic: "_", strike: "~", code: "`" };

function leafTyped(leaf) {
  const words = leaf.text ?? leaf.url ?? (leaf.name ? `:${leaf.name}:` : "");
  const sign = Object.keys(SIGNS).find((name) => leaf.style?.[name]);
  return sign ? SIGNS[sign] + words + SIGNS[sign] : words;
}

/** A rich_text value as it would have been typed. */
export function toTyped(value) {
  if (!value) return "";
  const line = (elements) => elements.map(leafTyped).join("");
  return value.elements
    .map((part) => {
      if (part.type === "rich_text_list") {
        return part.elements.map((item, n) => (part.style === "ordered" ? `${n + 1}. ` : "- ") + line(item.elements)).join("\n");
      }
      if (part.type === "rich_text_quote") return line(part.elements).replace(/^/gm, "> ");
      return line(part.elements);
    })
    .join("\n");
}
