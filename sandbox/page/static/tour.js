// The guided tour: a release of four minutes, with the real actions, a spotlight and short words.
//
// It is offered at the first visit, never again once it was left, and can be started from the help menu.

import { h, newId, svg } from "./dom.js";
import { STEPS } from "./toursteps.js";
import { Stage, TooLong } from "./tourstage.js";

const KEPT = "tour";
const GAP = 12;

/** Offer the tour to somebody who is here for the first time. */
export function offerTour(app) {
  if (localStorage.getItem(KEPT) || !app.store.state.panels.source) return;
  new Tour(app).offer();
}

export class Tour {
  constructor(app) {
    this.app = app;
    this.stage = new Stage(app);
    this.at = -1;
    this.title = h("h2", { id: newId("tour"), tabindex: "-1" });
    this.words = h("p", { "aria-live": "polite" });
    this.foot = h("div", { class: "row" });
    this.spot = h("div", { class: "spot", hidden: true });
    this.card = h("div", { class: "tour-card", role: "dialog", "aria-labelledby": this.title.id }, this.title, this.words, this.foot);
    this.root = h("div", { id: "tour" }, this.spot, this.card);
    this.onKey = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.leave();
    };
  }

  offer() {
    this.show();
    this.say("See a whole release in four minutes?", "A guided tour does the real thing here: it types, presses and waits as people do. You can leave it at any time.");
    this.buttons("", this.button("Not now", () => this.leave()), this.button("Start the tour", () => this.next(), "primary"));
  }

  start() {
    this.show();
    this.next();
  }

  show() {
    document.getElementById("tour")?.remove();
    document.addEventListener("keydown", this.onKey, true);
    const follow = () => {
      if (this.stage.left) return;
      this.place();
      this.frame = requestAnimationFrame(follow);
    };
    follow();
  }

  /** Take no further step, and never ask again. */
  leave() {
    this.stage.left = true;
    localStorage.setItem(KEPT, "left");
    cancelAnimationFrame(this.frame);
    document.removeEventListener("keydown", this.onKey, true);
    this.root.remove();
    this.app.place?.focus();
  }

  async next() {
    const step = STEPS[++this.at];
    if (!step) return this.leave();
    this.say(step.title, step.words);
    await this.act(step);
  }

  async act(step) {
    const last = this.at === STEPS.length - 1;
    const way = `${this.at + 1} of ${STEPS.length}`;
    const leave = last ? null : this.button("Leave the tour", () => this.leave());
    const on = this.button(last ? "Done" : "Next", () => this.next(), "primary");
    on.setAttribute("aria-busy", "true");
    on.disabled = true;
    this.buttons(way, leave, on);
    try {
      this.pick = step.at;
      await step.act?.(this.stage);
    } catch (error) {
      if (this.stage.left) return;
      if (!(error instanceof TooLong)) throw error;
      this.say(step.title, `${step.words} This takes longer than it should.`);
      this.buttons(way, this.button("Leave the tour", () => this.leave()), this.button("Wait on", () => this.act({ ...step, act: step.wait ?? step.act }), "primary"));
      return;
    }
    if (this.stage.left) return;
    // The talk may have gone on meanwhile: what the step is about is in sight when it is done.
    this.pick?.(this.stage)?.scrollIntoView({ block: "nearest" });
    on.removeAttribute("aria-busy");
    on.disabled = false;
    on.focus();
  }

  say(title, words) {
    this.title.textContent = title;
    this.words.textContent = words;
  }

  button(words, press, style = "") {
    return h("button", { type: "button", class: `button small ${style}`, on: { click: press } }, words);
  }

  buttons(way, ...buttons) {
    this.foot.replaceChildren(h("span", { class: "step" }, way), ...buttons.filter(Boolean));
    this.foot.querySelector(".primary")?.focus();
  }

  /** Follow what is shown: it moves, and a window that is opened takes the page's place. */
  place() {
    const host = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    if (this.root.parentElement !== host) host.append(this.root);
    const shown = this.pick?.(this.stage)?.getBoundingClientRect();
    this.spot.hidden = !shown;
    const card = this.card.getBoundingClientRect();
    if (!shown) return put(this.card, (innerWidth - card.width) / 2, (innerHeight - card.height) / 2);
    const box = { left: Math.max(0, shown.left - 6), top: Math.max(0, shown.top - 6), right: Math.min(innerWidth, shown.right + 6), bottom: Math.min(innerHeight, shown.bottom + 6) };
    Object.assign(this.spot.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px` });
    return put(this.card, ...beside(box, card));
  }
}

/** Where the card hides least: at the side, below, above, or in the last corner. */
function beside(box, card) {
  const middle = Math.min(Math.max(GAP, box.top), innerHeight - card.height - GAP);
  if (box.right + GAP + card.width < innerWidth) return [box.right + GAP, middle];
  if (box.left - GAP - card.width > 0) return [box.left - GAP - card.width, middle];
  const left = Math.min(Math.max(GAP, box.left), innerWidth - card.width - GAP);
  if (box.bottom + GAP + card.height < innerHeight) return [left, box.bottom + GAP];
  if (box.top - GAP - card.height > 0) return [left, box.top - GAP - card.height];
  return [innerWidth - card.width - GAP, innerHeight - card.height - GAP];
}

function put(card, left, top) {
  Object.assign(card.style, { left: `${Math.max(GAP, left)}px`, top: `${Math.max(GAP, top)}px` });
}

/** The drawing of the help button. */
export const helpMark = () => svg("svg", { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", focusable: "false" }, svg("path", { d: "M7.5 7.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M10 14.5h.01M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16z" }));
