// Block Kit's blocks as nodes, by type.

import { alert, card, carousel, container, file, plan, taskCard, video } from "./cards.js";
import { chart } from "./charts.js";
import { h, newId } from "./dom.js";
import { drawElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { plainText, textObject, unescape } from "./mrkdwn.js";
import { imageBlock, picture } from "./pictures.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";

function section(block, context) {
  const { store } = context;
  const label = block.text ? newId("section") : null;
  const beside = block.accessory
    ? h("div", { class: "accessory" }, drawElement(block.accessory, block, context, labelled(block.accessory, label)))
    : null;
  return h(
    "div",
    { class: beside ? "section with-accessory" : "section" },
    h(
      "div",
      { class: "section-text" },
      block.text ? h("div", { id: label, class: "text" }, textObject(block.text, store)) : null,
      block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "field text" }, textObject(field, store)))) : null,
    ),
    beside,
  );
}

// A select beside a text is called by the text; a button has words of its own.
function labelled(element, id) {
  const own = ["button", "workflow_button", "overflow", "image"].includes(element.type);
  return own || !id ? {} : { "aria-labelledby": id };
}

function context_(block, context) {
  const piece = (element) =>
    element.type === "image" ? picture(element, context, "small") : h("span", { class: "text" }, textObject(element, context.store));
  return h("div", { class: "context" }, block.elements.map(piece));
}

function actions(block, context) {
  return h("div", { class: "actions" }, block.elements.map((element) => drawElement(element, block, context)));
}

function input(block, context) {
  const [field, label, hint, error] = ["field", "label", "hint", "error"].map((word) => newId(word));
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const wrong = context.errors?.[block.block_id];
  const labels = {
    id: field,
    "aria-labelledby": grouped ? label : null,
    "aria-describedby": [block.hint ? hint : "", error].join(" ").trim(),
    "aria-invalid": wrong ? "true" : null,
    "aria-required": block.optional || grouped ? null : "true",
    autofocus: block.element.focus_on_load ?? null,
  };
  return h(
    "div",
    { class: "input", "data-block": block.block_id },
    h(grouped ? "div" : "label", { id: label, for: grouped ? null : field, class: "label" }, plainText(unescape(block.label.text)), block.optional ? h("span", { class: "optional" }, " (optional)") : null),
    drawElement(block.element, block, context, labels),
    block.hint ? h("div", { class: "hint", id: hint }, plainText(unescape(block.hint.text))) : null,
    h("div", { class: "field-error", id: error }, wrong ?? ""),
  );
}

const HEADER_LEVELS = { 1: "h3", 2: "h4", 3: "h5", 4: "h6" };

const TABLE = {
  section,
  header: (block) => h(HEADER_LEVELS[block.level ?? 1], { class: "block-header" }, plainText(unescape(block.text.text), block.text.emoji !== false)),
  divider: () => h("hr"),
  context: context_,
  actions,
  context_actions: actions,
  input,
  image: imageBlock,
  rich_text: (block, context) => h("div", { class: "rich text" }, richText(block, context.store)),
  markdown: (block) => h("div", { class: "markdown text" }, markdown(block.text)),
  table,
  data_table: dataTable,
  data_visualization: chart,
  task_card: taskCard,
  plan,
  card,
  carousel,
  alert,
  file,
  video,
  container: (block, context) => container(block, context, drawBlocks),
};

/** One block; a type that the page does not know says so instead of vanishing. */
export function drawBlock(block, context) {
  const draw = TABLE[block.type];
  const node = draw ? draw(block, context) : h("p", { class: "unknown" }, `This page cannot draw a ${block.type} block.`);
  node.classList.add("block");
  return node;
}

export function drawBlocks(blocks, context) {
  return blocks.map((block) => drawBlock(block, context));
}
