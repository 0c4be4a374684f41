// The clock: how the time of releases goes, and a leap to what is next.

import { consolePanel, orderButton } from "../consoles.js";
import { h } from "../dom.js";
import { clockFace } from "../zone.js";

const RATES = [
  [0, "Pause"],
  [1, "Real time"],
  [60, "×60"],
  [1800, "×1800"],
];
const now = (state) => state.shown + (Date.now() / 1000 - state.real) * state.rate;

function ahead(state, tz) {
  if (!state.reached) return "The app cannot be asked what is next.";
  if (state.note) return state.note;
  if (state.next === null) return "Nothing is planned: somebody has to act.";
  return `Next: ${clockFace(Date.parse(state.next) / 1000, tz)}`;
}

const drawn = consolePanel({
  id: "time",
  title: "Clock",
  order: 10,
  draw(page, state) {
    const { tz } = page.store.me;
    const waiting = state.moving || state.working;
    return [
      h("p", { class: "clock", role: "timer", "aria-live": "off" }, h("span", { class: "soft" }, "The time of releases "), h("strong", { "data-clock": "" }, clockFace(now(state), tz))),
      h("div", { class: "row", role: "group", "aria-label": "How time goes" }, RATES.map(([rate, label]) => orderButton(page, { words: label, path: "rate", content: { rate }, pressed: state.rate === rate }))),
      h("p", { role: "status" }, ahead(state, tz)),
      h(
        "div",
        { class: "row" },
        state.moving
          ? orderButton(page, { words: "Stop waiting", path: "halt" })
          : orderButton(page, { words: "Move on to what is next", path: "next", style: "primary" }),
        waiting ? orderButton(page, { words: "Move on anyway", path: "next", content: { anyway: true } }) : null,
      ),
      h("p", { class: "soft" }, "Releases and builds follow this clock; messages and people keep real time. While it is paused, builds stand still."),
    ];
  },
});

export default {
  ...drawn,
  mount(element, page) {
    const running = drawn.mount(element, page);
    const timer = setInterval(() => {
      const shown = element.querySelector("[data-clock]");
      if (shown) shown.textContent = clockFace(now(page.state()), page.store.me.tz);
    }, 250);
    return { ...running, unmount: () => clearInterval(timer) };
  },
};
