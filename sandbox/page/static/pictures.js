// Pictures: those of this machine are shown, others only named, so that the page asks nothing of the outside.

import { h, icon } from "./dom.js";
import { link, textObject } from "./mrkdwn.js";

const NEAR = /^(http:\/\/127\.0\.0\.1:\d+\/|\/page\/file\/)/;

const SMALL = new Set(["thumb", "small"]);

// A file of Slack is named by its id or by its private address.
function fileAddress({ id, url }, { state }) {
  const found = state.files[id] ?? Object.values(state.files).find((file) => file.url_private === url);
  return found?.url ?? url ?? "";
}

/** A file that was shared with a message: a picture, or something to be saved. */
export function sharedFile(file, context) {
  const here = context.store.state.files[file.id];
  const words = file.title || file.name;
  if (!here) return h("div", { class: "file" }, icon("link"), `${words} (deleted)`);
  if (/^image\/(png|jpeg|gif|webp)$/.test(file.mimetype)) {
    return h("figure", { class: "image" }, h("figcaption", {}, words), h("img", { src: here.url, alt: file.alt_txt ?? words, class: "large" }));
  }
  return h("div", { class: "file" }, icon("link"), h("a", { href: here.url, download: file.name }, words), h("small", {}, size(file.size)));
}

const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`);

/** The `<img>` of an image element, or a card in its place. */
export function picture(element, context, className) {
  const address = element.image_url ?? fileAddress(element.slack_file ?? {}, context.store);
  if (NEAR.test(address) || address.startsWith("data:image/")) {
    return h("img", { src: address, alt: element.alt_text, class: className, loading: "lazy" });
  }
  const words = h("span", { class: `picture-away ${className}`, role: "img", "aria-label": element.alt_text }, icon("picture"), SMALL.has(className) ? null : element.alt_text);
  return SMALL.has(className) ? words : link(address, words);
}

export function imageBlock(block, context) {
  return h(
    "figure",
    { class: "image" },
    block.title ? h("figcaption", {}, textObject(block.title, context.store)) : null,
    picture(block, context, "large"),
  );
}
