// Cards and what holds things: card, carousel, plan, task_card, container, alert, file, video.

import { h, icon, newId } from "./dom.js";
import { drawElement } from "./elements.js";
import { link, plainText, textObject, unescape } from "./mrkdwn.js";
import { picture } from "./pictures.js";
import { richText } from "./richtext.js";

export function card(block, context) {
  const { store } = context;
  const line = (name) => (block[name] ? h("div", { class: `card-${name} text` }, textObject(block[name], store)) : null);
  return h(
    "div",
    { class: "card" },
    block.hero_image ? picture(block.hero_image, context, "hero") : null,
    h("div", { class: "card-head" }, block.icon ? picture(block.icon, context, "small") : null, h("div", {}, line("title"), line("subtitle"))),
    line("body"),
    line("subtext"),
    block.actions ? h("div", { class: "actions" }, block.actions.map((each) => drawElement(each, block, context))) : null,
  );
}

export function carousel(block, context) {
  return h("div", { class: "carousel", role: "group", "aria-label": `${block.elements.length} cards`, tabindex: "0" }, block.elements.map((each) => card(each, context)));
}

const STATUS = { pending: ["○", "to do"], in_progress: ["◐", "in progress"], complete: ["●", "done"], error: ["✕", "failed"] };

export function taskCard(block, context) {
  const [sign, words] = STATUS[block.status];
  const rich = (name) => (block[name] ? h("div", { class: `task-${name} text` }, richText(block[name], context.store)) : null);
  return h(
    "div",
    { class: `task-card ${block.status}` },
    h("div", { class: "task-title" }, h("span", { class: "task-sign", "aria-hidden": "true" }, sign), block.hide_title ? null : h("span", {}, unescape(block.title)), h("small", { class: "task-status" }, words)),
    rich("details"),
    rich("output"),
    block.sources ? h("div", { class: "task-sources" }, block.sources.map((source) => link(source.url, unescape(source.text)))) : null,
  );
}

export function plan(block, context) {
  const title = newId("plan");
  const tasks = block.tasks ?? [];
  const done = tasks.filter((task) => task.status === "complete").length;
  return h(
    "div",
    { class: "plan", role: "group", "aria-labelledby": title },
    h("div", { class: "plan-title", id: title }, unescape(block.title), tasks.length ? h("small", {}, ` ${done} of ${tasks.length} done`) : null),
    h("ul", { class: "plan-tasks" }, tasks.map((task) => h("li", {}, taskCard(task, context)))),
  );
}

export function container(block, context, drawBlocks) {
  const { store } = context;
  const head = h(
    "div",
    { class: "container-head" },
    block.icon ? picture(block.icon, context, "small") : null,
    h(
      "div",
      {},
      block.title ? h("div", { class: "container-title" }, textObject(block.title, store)) : null,
      block.rich_text_title ? h("div", { class: "container-title" }, richText(block.rich_text_title, store)) : null,
      block.subtitle ? h("div", { class: "container-subtitle" }, textObject(block.subtitle, store)) : null,
    ),
  );
  const className = `container ${block.width ?? "standard"}${block.has_header_divider ? " ruled" : ""}`;
  const inside = h("div", { class: "container-body" }, drawBlocks(block.child_blocks, context));
  if (!block.is_collapsible) return h("div", { class: className }, head, inside);
  return h("details", { class: className, open: !block.default_collapsed }, h("summary", {}, head), inside);
}

const LEVELS = { default: "Note", info: "Note", warning: "Warning", error: "Error", success: "Done" };

export function alert(block, context) {
  const level = block.level ?? "default";
  return h("div", { class: `alert ${level}`, role: "note" }, h("strong", {}, `${LEVELS[level]}: `), h("span", { class: "text" }, textObject(block.text, context.store)));
}

export function file(block, context) {
  const found = Object.values(context.store.state.files ?? {}).find((each) => each.external_id === block.external_id);
  return h("div", { class: "file" }, icon("link"), h("span", {}, found?.title ?? `File ${block.external_id}`));
}

export function video(block, context) {
  return h(
    "div",
    { class: "video" },
    h("div", { class: "card-title" }, block.title_url ? link(block.title_url, plainText(unescape(block.title.text))) : plainText(unescape(block.title.text))),
    block.author_name || block.provider_name ? h("small", {}, [block.author_name, block.provider_name].filter(Boolean).join(" · ")) : null,
    block.description ? h("div", { class: "text" }, textObject(block.description, context.store)) : null,
    link(block.video_url, h("span", { class: "picture-away large", role: "img", "aria-label": block.alt_text }, icon("film"), block.alt_text)),
  );
}
