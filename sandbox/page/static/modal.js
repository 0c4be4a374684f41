// Modals: the person's stack of views in one window, with errors at their fields and what was typed kept.

import { drawBlocks } from "./blocks.js";
import { h, icon, redraw } from "./dom.js";
import { Context } from "./elements.js";
import { plainText, unescape } from "./mrkdwn.js";

export class Modal {
  constructor(app) {
    this.app = app;
    this.view = null;
    this.owed = false;
    this.closing = Promise.resolve();
    this.title = h("h2", { id: "modal-title", tabindex: "-1" });
    this.blocks = h("div", { class: "modal-blocks" });
    this.problem = h("div", { class: "problem", role: "alert" });
    this.foot = h("div", { class: "modal-foot" });
    this.back = h("button", { type: "button", class: "icon-button", "aria-label": "Back", hidden: true, on: { click: () => this.close() } }, icon("back"));
    const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => this.close(true) } }, icon("close"));
    const form = h("form", { novalidate: true, on: { submit: (event) => this.submit(event) } }, h("div", { class: "modal-head" }, this.back, this.title, cross), h("div", { class: "modal-body" }, this.blocks, this.problem), this.foot);
    this.dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title" }, form);
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    document.body.append(this.dialog);
  }

  get open() {
    return this.dialog.open;
  }

  follow() {
    const { store } = this.app;
    const view = store.views.get(store.state.stack.at(-1)) ?? null;
    if (view === null) return this.leave();
    const before = this.view;
    this.view = view;
    if (before?.id !== view.id || before.hash !== view.hash) this.draw(before);
    else if (JSON.stringify(before.errors) !== JSON.stringify(view.errors)) this.showErrors();
    if (before?.waiting !== view.waiting || before?.id !== view.id || before?.hash !== view.hash) this.drawFoot();
    return undefined;
  }

  leave() {
    this.view = null;
    this.context = null;
    if (!this.dialog.open) return;
    this.dialog.close();
  }

  draw(before) {
    const { view, app } = this;
    const fresh = before?.id !== view.id;
    this.context = new Context({
      store: app.store,
      wire: app.wire,
      target: { view: view.id },
      values: this.valuesNow(before),
      complain: (words) => this.complain(words),
    });
    this.context.errors = view.errors;
    this.complain("");
    this.title.replaceChildren(...plainText(unescape(view.title.text)));
    this.back.hidden = app.store.state.stack.length < 2;
    const nodes = drawBlocks(view.blocks, this.context);
    if (fresh) this.blocks.replaceChildren(...nodes);
    else redraw(this.blocks, ...nodes);
    if (!this.dialog.open) this.dialog.showModal();
    if (fresh) this.focusFirst();
  }

  // What is being typed at this moment is newer than what the server knows.
  valuesNow(before) {
    const values = this.view.state.values;
    const typing = document.activeElement;
    if (before?.id !== this.view.id || !this.blocks.contains(typing)) return values;
    for (const flush of this.context?.flushes ?? []) flush();
    const block = typing.closest("[data-block]")?.dataset.block;
    const state = values[block]?.[typing.dataset.key];
    if (!state || !("value" in state) || typing.value === undefined) return values;
    return { ...values, [block]: { ...values[block], [typing.dataset.key]: { ...state, value: typing.value } } };
  }

  focusFirst() {
    const first = this.blocks.querySelector("[autofocus]") ?? this.blocks.querySelector("input, textarea, select, button");
    (first ?? this.title).focus();
    this.blocks.parentElement.scrollTop = 0;
  }

  drawFoot() {
    const { view } = this;
    const words = (text, fallback) => (text ? plainText(unescape(text.text)) : fallback);
    const submit = view.submit
      ? h("button", { type: "submit", class: "button primary", "data-key": "submit", "aria-busy": view.waiting ? "true" : null }, words(view.submit, "Submit"))
      : null;
    redraw(this.foot, h("button", { type: "button", class: "button", "data-key": "close", on: { click: () => this.close() } }, words(view.close, submit ? "Cancel" : "Close")), submit);
  }

  complain(words) {
    this.problem.textContent = words;
  }

  showErrors() {
    this.context.errors = this.view.errors;
    for (const box of this.blocks.querySelectorAll("[data-block]")) {
      const words = this.view.errors[box.dataset.block] ?? "";
      box.querySelector(":scope > .field-error").textContent = words;
      const field = box.querySelector("[aria-describedby]");
      if (words) field?.setAttribute("aria-invalid", "true");
      else field?.removeAttribute("aria-invalid");
    }
    if (this.sending || this.owed) this.focusWrong();
  }

  focusWrong() {
    this.owed = false;
    const wrong = this.blocks.querySelector("[aria-invalid=true]");
    const field = wrong?.matches("input, textarea") ? wrong : wrong?.querySelector("input, textarea");
    field?.focus();
    (field ?? wrong)?.scrollIntoView({ block: "center" });
  }

  async submit(event) {
    event.preventDefault();
    if (!this.view || !this.view.submit || this.view.waiting || this.sending) return;
    this.sending = true;
    this.owed = false;
    this.complain("");
    const { view } = this;
    this.foot.querySelector("[type=submit]")?.setAttribute("aria-busy", "true");
    try {
      await this.context.settled();
      const errors = await this.app.wire.act({ do: "submit", view: view.id });
      // The answer may be here before the news that show what is wrong.
      this.owed = Object.keys(errors).length > 0;
      if (this.owed && Object.keys(errors).every((block) => this.view?.errors[block] === errors[block])) this.focusWrong();
    } catch (error) {
      this.complain(error.message);
    } finally {
      this.sending = false;
      if (this.view && !this.view.waiting) this.drawFoot();
    }
  }

  // As in Slack the view leaves at once: a second press is for the one below, and reaches the server after the first.
  close(everything = false) {
    if (!this.view) return undefined;
    const { store, wire } = this.app;
    const { id } = this.view;
    const before = store.state.stack;
    store.state.stack = everything ? [] : before.slice(0, -1);
    this.follow();
    this.closing = this.closing.then(() => wire.act({ do: "close", view: id, everything })).catch((error) => {
      store.state.stack = before;
      this.follow();
      this.complain(error.message);
    });
    return this.closing;
  }
}
