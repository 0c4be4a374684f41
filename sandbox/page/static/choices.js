// What is chosen from: selects of every source, multi-selects, checkboxes, radio buttons.

import { Combobox } from "./combobox.js";
import { h, newId } from "./dom.js";
import { textObject, unescape } from "./mrkdwn.js";

const asOption = (option) => ({
  text: unescape(option.text.text),
  description: option.description ? unescape(option.description.text) : "",
  value: option,
});

const has = (option, query) => `${option.text} ${option.description ?? ""}`.toLowerCase().includes(query.toLowerCase());
const among = (options, query) => [{ options: options.filter((option) => has(option, query)) }];

function staticGroups(element, query) {
  const groups = element.option_groups ?? [{ options: element.options }];
  return groups
    .map((group) => ({ label: group.label ? unescape(group.label.text) : "", options: group.options.map(asOption).filter((o) => has(o, query)) }))
    .filter((group) => group.options.length);
}

export const userOption = (id, store) => {
  const user = store.users.get(id);
  return { text: user?.real_name ?? id, description: user ? `@${user.name}` : "", value: id };
};

const channelOption = (id, store) => {
  const channel = store.channels.get(id);
  return { text: channel ? (channel.is_im ? store.titleOf(channel) : `#${channel.name}`) : id, value: id };
};

function conversations(element, store) {
  const { include, exclude_bot_users: noBots } = element.filter ?? {};
  const kind = (channel) => (channel.is_im ? "im" : channel.is_private ? "private" : "public");
  return [...store.channels.values()].filter(
    (channel) => !channel.is_archived && (!include || include.includes(kind(channel))) && !(noBots && channel.is_im && store.users.get(channel.user)?.is_bot),
  );
}

/** By source: how an id or option is shown, and what `load` of the combobox gives. */
const SOURCES = {
  static_select: (element) => ({ show: asOption, load: (query) => staticGroups(element, query) }),
  users_select: (_element, { store }) => ({
    show: (id) => userOption(id, store),
    load: (query) => among([...store.users.values()].filter((u) => !u.deleted).map((u) => userOption(u.id, store)), query),
  }),
  channels_select: (_element, { store }) => ({
    show: (id) => channelOption(id, store),
    load: (query) => among([...store.channels.values()].filter((c) => !c.is_im && !c.is_private && !c.is_archived).map((c) => channelOption(c.id, store)), query),
  }),
  conversations_select: (element, { store }) => ({
    show: (id) => channelOption(id, store),
    load: (query) => among(conversations(element, store).map((c) => channelOption(c.id, store)), query),
  }),
  external_select: (element, context, block) => ({
    show: asOption,
    searchFrom: element.min_query_length ?? 1,
    load: (query) => async () => {
      const options = await context.ask({ do: "options", ...context.target, element: context.name(block, element), query });
      return [{ options: options.map(asOption) }];
    },
  }),
};

export function select(element, block, context, labels) {
  const multiple = element.type.startsWith("multi_");
  const { show, load, searchFrom } = SOURCES[element.type.replace("multi_", "")](element, context, block);
  const held = context.held(block, element);
  const chosen = (multiple ? (held ?? []) : held ? [held] : []).map(show);
  const box = new Combobox({
    labels,
    placeholder: element.placeholder ? unescape(element.placeholder.text) : multiple ? "Choose some" : "Choose one",
    multiple,
    most: element.max_selected_items ?? Infinity,
    chosen,
    load,
    searchFrom: searchFrom ?? 0,
    late: multiple && context.toldAtOnce(block),
    key: element.action_id,
    clearable: !multiple && Boolean(block.optional),
    onChange: (values) => context.set(block, element, multiple ? values : (values[0] ?? null)),
  });
  return box.element;
}

export function checkboxes(element, block, context, labels) {
  return group("checkbox", element, block, context, labels);
}

export function radioButtons(element, block, context, labels) {
  return group("radio", element, block, context, labels);
}

function group(type, element, block, context, labels) {
  const many = type === "checkbox";
  const name = newId("choice");
  const held = context.held(block, element);
  const chosen = (many ? (held ?? []) : held ? [held] : []).map((option) => option.value);
  const boxes = [];
  const tell = () => {
    const picked = boxes.filter((box) => box.checked).map((box) => element.options[boxes.indexOf(box)]);
    context.set(block, element, many ? picked : (picked[0] ?? null));
  };
  const rows = element.options.map((option, n) => {
    const about = option.description ? newId("about") : null;
    const box = h("input", { type, name, id: newId("box"), checked: chosen.includes(option.value), "aria-describedby": about, "data-key": `${element.action_id}/${n}`, on: { change: tell } });
    boxes.push(box);
    return h(
      "div",
      { class: "choice" },
      box,
      h("label", { for: box.id }, textObject(option.text, context.store)),
      option.description ? h("div", { class: "choice-about", id: about }, textObject(option.description, context.store)) : null,
    );
  });
  const { id, ...rest } = labels;
  return h("div", { role: many ? "group" : "radiogroup", class: "choices", id, ...rest }, rows);
}
