// What the panels of the providers share: an order to the server, its button, and the list of what the app did.

import { h, redraw } from "./dom.js";

/** A panel that draws `page.state()` anew whenever it changes. `draw(page, state)` gives what stands in it. */
export function consolePanel({ id, title, order, draw }) {
  return {
    id,
    title,
    order,
    offered: (state) => id in state.panels,
    mount(element, page) {
      element.classList.add("console", `console-${id}`);
      const show = () => {
        const before = held(element);
        redraw(element, draw(page, page.state()));
        hold(element, before);
      };
      show();
      return { follow: (changes) => (changes === null || changes.some((c) => c.kind === "panel" && c.key === id)) && show() };
    },
  };
}

/** What a person has typed, chosen and unfolded: drawing anew must not take it away. */
function held(element) {
  const typed = [...element.querySelectorAll("input[data-key]")].filter((field) => field.value !== field.defaultValue);
  const chosen = [...element.querySelectorAll("select[data-draft]")].map((field) => [field.dataset.draft, field.value]);
  const open = [...element.querySelectorAll("details[open]")].map((each) => each.textContent);
  return { typed: typed.map((field) => [field.dataset.key, field.value]), chosen, open };
}

function hold(element, { typed, chosen, open }) {
  for (const [key, value] of typed) {
    const field = element.querySelector(`input[data-key="${CSS.escape(key)}"]`);
    if (field) field.value = value;
  }
  for (const [key, value] of chosen) {
    const field = element.querySelector(`select[data-draft="${CSS.escape(key)}"]`);
    if (field) field.value = value;
  }
  const heads = open.map((text) => text.slice(0, 40));
  for (const each of element.querySelectorAll("details")) each.open = heads.includes(each.textContent.slice(0, 40));
}

/** Order something; what goes wrong is told. */
export async function send(page, path, content = {}) {
  try {
    await page.post(path, content);
    return true;
  } catch (error) {
    page.toast(error.message);
    return false;
  }
}

/** A small button that orders something. `about` says of what, for those who do not see where it stands. */
export function orderButton(page, { words, about = "", path, content, style = "", pressed = null }) {
  const key = `${path}-${words}-${about}`;
  const press = () => send(page, path, content);
  return h("button", { type: "button", class: `button small ${style}`, "data-key": key, "aria-pressed": pressed === null ? null : String(pressed), on: { click: press } }, words, about ? h("span", { class: "unseen" }, ` ${about}`) : null);
}

/** A mark of how something stands. */
export const badge = (words, tone = "") => h("span", { class: `state ${tone}` }, words);

const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

/** What the app did at a provider, newest first. */
export function deeds(page, did, title = null) {
  const name = page.store.state.app.name;
  const line = (deed) => {
    if ("looks" in deed) return h("li", { class: "looked" }, `looked ${count(deed.looks, "time")}`);
    const wrong = deed.spoiled || deed.status >= 400;
    return h("li", {}, deed.words, " ", wrong ? badge(deed.spoiled ? "spoiled by a fault" : `refused: ${deed.status}`, "bad") : null);
  };
  return [
    h("h3", {}, title ?? `What ${name} did here`),
    did.length ? h("ol", { class: "deeds" }, did.map(line)) : h("p", { class: "soft" }, "Nothing yet."),
  ];
}

/** A line for when there is nothing to show. */
export const nothing = (words) => h("p", { class: "soft" }, words);
