// Pictures: those of this machine are shown, others only named, so that the page asks nothing of the outside.

import { h, icon } from "./dom.js";
import { link, textObject } from "./mrkdwn.js";

const NEAR = /^http:\/\/127\.0\.0\.1:\d+\//;

const SMALL = new Set(["thumb", "small"]);

/** The `<img>` of an image element, or a card in its place. */
export function picture(element, context, className) {
  const address = element.image_url ?? context.store.state.files?.[element.slack_file?.id]?.url ?? element.slack_file?.url ?? "";
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
