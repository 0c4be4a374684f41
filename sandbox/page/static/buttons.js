// What is pressed: buttons, icon and feedback buttons, overflow menus.

import { confirmed } from "./dialogs.js";
import { h, icon } from "./dom.js";
import { menuButton } from "./menu.js";
import { plainText, unescape } from "./mrkdwn.js";

const leave = (url) => {
  if (/^https?:\/\//i.test(url)) globalThis.open(url, "_blank", "noopener,noreferrer");
};

async function press(element, block, context, more = {}) {
  if (!(await confirmed(element.confirm, context.store))) return;
  const url = more.url ?? element.url;
  if (url) leave(url);
  delete more.url;
  await context.send({ do: "press", ...context.target, element: context.name(block, element), confirmed: Boolean(element.confirm), ...more });
}

function pressing(element, block, context, more) {
  return async (event) => {
    const button = event.currentTarget;
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      await press(element, block, context, { ...more });
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
}

// By this a button is found again when its message is drawn anew: blocks get new ids, several buttons one action_id.
const keyOf = (element) => `${element.action_id}|${element.value ?? ""}`;

export function button(element, block, context) {
  const style = element.style ? ` ${element.style}` : "";
  return h(
    "button",
    {
      type: "button",
      class: `button${style}`,
      "aria-label": element.accessibility_label ?? null,
      "data-key": keyOf(element),
      title: element.url ?? null,
      on: { click: pressing(element, block, context) },
    },
    plainText(unescape(element.text.text), element.text.emoji !== false),
    element.url ? h("span", { class: "unseen" }, " (opens a new tab)") : null,
  );
}

export function overflow(element, block, context) {
  const items = () =>
    element.options.map((option) => ({
      label: unescape(option.text.text),
      detail: option.description ? unescape(option.description.text) : "",
      choose: () => press(element, block, context, { option: option.value, url: option.url }),
    }));
  return menuButton({ label: "More choices", face: icon("more"), items, key: element.action_id });
}

export function feedbackButtons(element, block, context) {
  const one = (each, sign) =>
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": each.accessibility_label ?? unescape(each.text.text),
        title: unescape(each.text.text),
        on: { click: pressing(element, block, context, { option: each.value }) },
      },
      sign,
    );
  return h("span", { class: "feedback", role: "group", "aria-label": "Feedback" }, one(element.positive_button, icon("good")), one(element.negative_button, icon("poor")));
}

export function iconButton(element, block, context) {
  const to = element.visible_to_user_ids;
  if (to && !to.includes(context.store.state.me)) return null;
  return h(
    "button",
    {
      type: "button",
      class: "button small",
      "aria-label": element.accessibility_label ?? null,
      "data-key": keyOf(element),
      on: { click: pressing(element, block, context) },
    },
    element.icon === "trash" ? icon("trash") : null,
    unescape(element.text.text),
  );
}
