// Slack's own markup as nodes. Everything becomes text nodes and known elements; links go to http and https only.

import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { address, readRoute } from "./route.js";
import { sign } from "./signs.js";
import { fillDate } from "./zone.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
/** Slack escapes three characters and nothing else. */
export const unescape = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);

/** Where a permalink of this workspace leads on the page, as in Slack's own clients; null for any other address. */
function permalink(url) {
  const [, channel, seconds, rest] = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname) ?? [];
  if (!channel || url.hostname !== location.hostname) return null;
  return address({ person: readRoute().person, place: channel, thread: `${seconds}.${rest}` });
}

/** A link that leaves the page, or plain text where the address is not one of the web. */
export function link(target, ...children) {
  let url = null;
  try {
    url = new URL(target);
  } catch {
    return h("span", {}, ...children);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return h("span", {}, ...children);
  const here = permalink(url);
  if (here) return h("a", { href: here }, ...children);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function emoji(name) {
  const found = sign(name) ?? emojiOf(name);
  return found ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, found) : `:${name}:`;
}

export const mention = (words, toMe = false) => h("span", { class: toMe ? "mention to-me" : "mention" }, words);

export function userMention(id, store, label = "") {
  const user = store.users.get(id);
  return mention(`@${user ? user.real_name : label || id}`, id === store.state.me);
}

export function channelMention(id, store, label = "") {
  const channel = store.channels.get(id);
  if (!channel) return mention(label ? `#${label}` : "#private channel");
  const place = `#/${store.me.name}/${channel.name || id}`;
  return h("a", { class: "mention", href: place }, `#${store.titleOf(channel)}`);
}

export function groupMention(id, store, label = "") {
  const group = store.groups.get(id);
  const mine = group?.users?.includes(store.state.me) ?? false;
  return mention(group ? `@${group.handle}` : label || `@${id}`, mine);
}

export function dateNode(seconds, pattern, fallback, store, target = "") {
  const words = Number.isFinite(seconds) ? fillDate(pattern, seconds, store.me.tz) : fallback;
  const node = Number.isFinite(seconds)
    ? h("time", { datetime: new Date(seconds * 1000).toISOString() }, words)
    : words;
  return target ? link(target, node) : node;
}

function reference(inner, store) {
  const [head, label = ""] = splitOnce(inner, "|");
  const words = unescape(label);
  if (head.startsWith("@")) return userMention(head.slice(1), store, words);
  if (head.startsWith("#")) return channelMention(head.slice(1), store, words);
  if (head.startsWith("!subteam^")) return groupMention(head.slice(9), store, words);
  if (head.startsWith("!date^")) {
    const [, seconds, pattern, target = ""] = head.split("^");
    return dateNode(Number(seconds), unescape(pattern ?? ""), words, store, unescape(target));
  }
  if (head.startsWith("!")) return mention(`@${head.slice(1).split("^")[0]}`, true);
  const target = unescape(head);
  return link(target, words || target);
}

function splitOnce(text, sign) {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

const STYLES = { "*": "strong", _: "em", "~": "s" };
// A sign opens where a word begins and closes where it ends, as in Slack.
const TOKEN =
  /<([^<>\n]+)>|`([^`\n]+)`|(?<![\p{L}\p{N}*])\*(?! )([^*\n]+?)(?<! )\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?! )([^_\n]+?)(?<! )_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(?! )([^~\n]+?)(?<! )~(?![\p{L}\p{N}~])|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):|\n/gu;

function inline(text, store) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    if (found.index > from) nodes.push(unescape(text.slice(from, found.index)));
    from = found.index + found[0].length;
    nodes.push(token(found, store));
  }
  if (from < text.length) nodes.push(unescape(text.slice(from)));
  return nodes;
}

function token([whole, inner, code, bold, italic, struck, name], store) {
  if (inner !== undefined) return reference(inner, store);
  if (code !== undefined) return h("code", {}, unescape(code));
  if (name !== undefined) return emoji(name);
  if (whole === "\n") return h("br");
  return h(STYLES[whole[0]], {}, inline(bold ?? italic ?? struck, store));
}

function quoted(text, store) {
  const nodes = [];
  let lines = [];
  const close = () => {
    if (lines.length) nodes.push(h("blockquote", {}, inline(lines.join("\n"), store)));
    lines = [];
  };
  const rest = [];
  const closeRest = () => {
    if (rest.length) nodes.push(h("span", { class: "lines" }, inline(rest.splice(0).join("\n"), store)));
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) {
      closeRest();
      lines.push(quote[1]);
    } else {
      close();
      rest.push(line);
    }
  }
  close();
  closeRest();
  return nodes;
}

/** `mrkdwn` text as nodes. */
export function mrkdwn(text, store) {
  return text
    .split("```")
    .map((whole, index, all) => {
      // The line break after a block of code is the block's own.
      const piece = index % 2 === 0 && index ? whole.replace(/^\n/, "") : whole;
      if (index % 2 && index < all.length - 1) return h("pre", { tabindex: "0" }, unescape(piece.replace(/^\n|\n$/g, "")));
      return piece === "" ? null : quoted(index % 2 ? `\`\`\`${piece}` : piece, store);
    })
    .flat()
    .filter(Boolean);
}

/** `plain_text`: emoji and line breaks, nothing else. */
export function plainText(text, withEmoji = true) {
  return text.split(/(:[a-z0-9_+'-]+:|\n)/).map((piece) => {
    if (piece === "\n") return h("br");
    if (withEmoji && /^:[^\s:]+:$/.test(piece)) return emoji(piece.slice(1, -1));
    return piece;
  });
}

/** A text object of either kind. */
export function textObject(object, store) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, store) : plainText(unescape(object.text), object.emoji !== false);
}

/** What a message says, in one line of bare words, for a live region or a title. */
export function bareWords(text, store) {
  const holder = h("div", {}, mrkdwn(text, store));
  return holder.textContent.replace(/\s+/g, " ").trim();
}
