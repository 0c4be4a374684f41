// What is typed or picked by the calendar: text, numbers, addresses, dates, times, rich text, files.

import { h } from "./dom.js";
import { unescape } from "./mrkdwn.js";
import { fromTyped, toTyped } from "./richtext.js";
import { toEpoch, toLocal } from "./zone.js";

const WAIT = 250;

/** Typing is told when it rests; `flush` before a form is sent. */
function typing(field, context, tell) {
  let timer = 0;
  const flush = () => {
    if (!timer) return undefined;
    clearTimeout(timer);
    timer = 0;
    return tell();
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(flush, WAIT);
  });
  field.addEventListener("change", flush);
  context.beforeSending(flush);
}

function dispatching(element, block, context, field, value) {
  if (!context.toldAtOnce(block)) return typing(field, context, () => context.set(block, element, value()));
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (on.includes("on_character_entered")) typing(field, context, () => context.set(block, element, value()));
  else typing(field, context, () => context.write(block, element, value()));
  if (on.includes("on_enter_pressed")) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      context.set(block, element, value());
    });
  }
  return undefined;
}

const placeholder = (element) => (element.placeholder ? unescape(element.placeholder.text) : null);
const KINDS = { email_text_input: ["email", "email"], url_text_input: ["url", "url"], number_input: ["text", "decimal"], plain_text_input: ["text", null] };

export function textField(element, block, context, labels) {
  const [type, inputmode] = KINDS[element.type];
  const held = context.held(block, element) ?? "";
  const properties = { "data-key": element.action_id, placeholder: placeholder(element), autocomplete: "off", ...labels };
  const field = element.multiline
    ? h("textarea", { rows: "4", ...properties })
    : h("input", { type, inputmode, ...properties });
  field.value = held;
  dispatching(element, block, context, field, () => field.value || null);
  return element.max_length ? counted(field, element.max_length) : field;
}

function counted(field, most) {
  const left = h("span", { class: "left", "aria-hidden": "true" });
  const count = () => {
    const rest = most - field.value.length;
    left.textContent = rest <= Math.max(10, most / 10) ? String(rest) : "";
    left.classList.toggle("over", rest < 0);
  };
  field.addEventListener("input", count);
  count();
  return h("div", { class: "counted" }, field, left);
}

export function richTextField(element, block, context, labels) {
  const field = h("textarea", {
    rows: String(Math.min(12, element.min_lines ?? 3)),
    "data-key": element.action_id,
    placeholder: placeholder(element) ?? "*bold*, _italic_, - a list, > a quote",
    ...labels,
  });
  field.value = toTyped(context.held(block, element));
  dispatching(element, block, context, field, () => fromTyped(field.value));
  return field;
}

const PICKERS = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

export function picker(element, block, context, labels) {
  const tz = context.store.me.tz;
  const both = element.type === "datetimepicker";
  const field = h("input", { type: PICKERS[element.type], "data-key": element.action_id, title: placeholder(element), ...labels });
  const held = context.held(block, element);
  field.value = held ? (both ? toLocal(held, tz) : held) : "";
  const told = { value: field.value };
  const tell = () => {
    if (field.value === told.value) return undefined;
    told.value = field.value;
    return context.set(block, element, field.value ? (both ? toEpoch(field.value, tz) : field.value) : null);
  };
  // A browser reports every digit of a date that is typed; what is meant is known when the field is left.
  field.addEventListener(context.toldAtOnce(block) ? "blur" : "change", tell);
  context.beforeSending(tell);
  const zone = element.timezone ?? (element.type === "datepicker" ? "" : tz);
  return zone ? h("span", { class: "with-zone" }, field, h("small", {}, zone.replaceAll("_", " "))) : field;
}

export function fileField(element, block, context, labels) {
  const types = element.filetypes?.map((type) => `.${type}`).join(",") ?? null;
  const field = h("input", { type: "file", accept: types, multiple: (element.max_files ?? 10) > 1, "data-key": element.action_id, ...labels });
  const names = h("ul", { class: "file-names" });
  const draw = (ids) => names.replaceChildren(...ids.map((file) => h("li", {}, file.title ?? file.name ?? file.id ?? file)));
  draw(context.held(block, element) ?? []);
  field.addEventListener("change", async () => {
    const files = await Promise.all([...field.files].map((file) => context.upload(file)));
    await context.set(block, element, files.filter(Boolean).map((file) => file.id));
    draw(files.filter(Boolean));
  });
  return h("div", {}, field, names);
}
