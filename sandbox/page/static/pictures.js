// Pictures: those of this machine are shown, others only named, so that the page asks nothing of the outside.

import { h } from "./dom.js";
import { link, textObject } from "./mrkdwn.js";

const NEAR = /^http:\/\/127\.0\.0\.1:\d+\//;

/** The `<img>` of an image element, or a card in its place. */
export function picture(element, context, className) {
  const address = element.image_url ?? context.store.state.files?.[element.slack_file?.id]?.url ?? element.slack_file?.url ?? "";
  if (NEAR.test(address) || address.startsWith("data:image/")) {
    return h("img", { src: address, alt: element.alt_text, class: className, loading: "lazy" });
  }
  const words = h("span", { class: `picture-away ${className}`, role: "img", "aria-label": element.alt_text }, className === "thumb" ? "🖼" : `🖼 ${element.alt_text}`);
  return className === "icon-picture" ? words : link(address, words);
}

export function imageBlock(block, context) {
  return h(
    "figure",
    { class: "image" },
    block.title ? h("figcaption", {}, textObject(block.title, context.store)) : null,
    picture(block, context, "large"),
  );
}
