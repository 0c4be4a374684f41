// Selects and multi-selects: a text field that finds, a list to choose from, chosen things as chips.

import { h, icon, newId } from "./dom.js";
import { keepInside } from "./menu.js";

const WAIT = 250;

/**
 * `load(query)` gives groups `[{label, options: [{text, description, value}]}]`, at once or as a promise.
 * `chosen` are options; `onChange(values)` is called with the values chosen, one or none for a single select.
 * Only what is `clearable` can be emptied again, as in Slack a field that is optional.
 * With `late`, a multi-select tells once its list is closed, as Slack does where the app hears at once.
 */
export class Combobox {
  constructor({ labels, placeholder, multiple = false, most = Infinity, chosen = [], load, onChange, late = false, key = null, searchFrom = 0, clearable = false }) {
    Object.assign(this, { multiple, most, load, onChange, late, searchFrom, clearable, chosen: [...chosen], shown: [], at: -1, told: JSON.stringify(chosen) });
    this.id = newId("list");
    this.input = h("input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": this.id,
      "data-key": key,
      placeholder,
      ...labels,
    });
    this.list = h("ul", { role: "listbox", id: this.id, hidden: true, "aria-label": placeholder || "Choices", "aria-multiselectable": multiple ? "true" : null });
    this.chips = h("span", { class: "chips" });
    this.clear = h("button", { type: "button", class: "combo-clear", "aria-label": "Clear", hidden: true, on: { click: () => this.empty() } }, icon("close"));
    this.note = h("span", { class: "unseen", "aria-live": "polite" });
    this.element = h("div", { class: multiple ? "combo many" : "combo" }, this.chips, this.input, this.clear, icon("down"), this.list, this.note);
    this.listenToInput();
    this.draw();
  }

  listenToInput() {
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("input", () => this.find(this.input.value));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.close();
    });
    // The list must not take the focus from the field.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element || event.target === this.chips) this.input.focus();
    });
  }

  draw() {
    if (this.multiple) {
      this.chips.replaceChildren(...this.chosen.map((option) => this.chip(option)));
      this.input.value = "";
    } else {
      this.input.value = this.chosen[0]?.text ?? "";
    }
    this.clear.hidden = !this.clearable || this.chosen.length === 0;
  }

  chip(option) {
    const drop = () => {
      this.change(this.chosen.filter((each) => each !== option));
      this.tell();
      this.input.focus();
    };
    return h("span", { class: "chip" }, option.text, h("button", { type: "button", "aria-label": `Remove ${option.text}`, on: { click: drop } }, icon("close")));
  }

  empty() {
    this.change([]);
    this.tell();
    this.input.focus();
  }

  change(chosen) {
    this.chosen = chosen;
    this.draw();
    if (!this.late) this.tell();
  }

  tell() {
    const now = JSON.stringify(this.chosen);
    if (now === this.told) return;
    this.told = now;
    this.onChange(this.chosen.map((option) => option.value));
  }

  open() {
    if (this.list.hidden) this.find("");
  }

  /** Show what fits; an answer that comes late for what was typed before is not shown. */
  find(query) {
    clearTimeout(this.timer);
    this.query = query;
    if (query.length < this.searchFrom) return this.say(`Type ${this.searchFrom === 1 ? "something" : `${this.searchFrom} characters`} to search.`);
    const found = this.load(query);
    if (Array.isArray(found)) return this.show(found);
    if (typeof found === "function") {
      this.say("Searching…");
      this.timer = setTimeout(() => this.await_(found(), query), query ? WAIT : 0);
    }
    return undefined;
  }

  async await_(promise, query) {
    try {
      const found = await promise;
      if (query === this.query && document.activeElement === this.input) this.show(found);
    } catch (error) {
      this.say(error.message);
    }
  }

  say(words) {
    this.shown = [];
    this.reveal(h("li", { class: "combo-note", role: "presentation" }, words));
    this.note.textContent = words;
  }

  show(groups) {
    this.shown = groups.flatMap((group) => group.options);
    if (!this.shown.length) return this.say("No results.");
    let n = 0;
    const entry = (option) => this.entry(option, n++);
    this.reveal(
      ...groups.map((group) =>
        group.label
          ? h("li", { role: "presentation" }, h("ul", { role: "group", "aria-label": group.label }, h("li", { role: "presentation", class: "combo-group" }, group.label), group.options.map(entry)))
          : group.options.map(entry),
      ).flat(),
    );
    this.note.textContent = `${this.shown.length} ${this.shown.length === 1 ? "choice" : "choices"}`;
    const first = this.shown.findIndex((option) => this.has(option));
    this.point(first < 0 ? 0 : first);
    return undefined;
  }

  reveal(...entries) {
    this.list.replaceChildren(...entries);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    keepInside(this.list);
  }

  has(option) {
    return this.chosen.some((each) => JSON.stringify(each.value) === JSON.stringify(option.value));
  }

  entry(option, n) {
    return h(
      "li",
      { role: "option", id: `${this.id}-${n}`, "aria-selected": String(this.has(option)), on: { click: () => this.pick(option), pointermove: () => this.point(n, false) } },
      h("span", {}, option.text),
      option.description ? h("small", {}, option.description) : null,
    );
  }

  point(n, scroll = true) {
    this.list.querySelector(".pointed")?.classList.remove("pointed");
    this.at = n;
    const entry = document.getElementById(`${this.id}-${n}`);
    entry?.classList.add("pointed");
    if (entry && scroll) entry.scrollIntoView({ block: "nearest" });
    if (entry) this.input.setAttribute("aria-activedescendant", entry.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  pick(option) {
    if (!this.multiple) {
      this.change([option]);
      this.close();
      this.input.select();
      return;
    }
    const left = this.chosen.filter((each) => JSON.stringify(each.value) !== JSON.stringify(option.value));
    if (left.length === this.chosen.length && left.length >= this.most) return this.announce(`No more than ${this.most} can be chosen.`);
    this.change(left.length < this.chosen.length ? left : [...left, option]);
    for (const [n, each] of this.shown.entries()) {
      document.getElementById(`${this.id}-${n}`)?.setAttribute("aria-selected", String(this.has(each)));
    }
    return undefined;
  }

  announce(words) {
    this.note.textContent = words;
  }

  onKey(event) {
    const { key } = event;
    if (key === "Backspace" && this.multiple && !this.input.value && this.chosen.length) {
      this.change(this.chosen.slice(0, -1));
      return;
    }
    if (this.list.hidden) {
      if (key === "ArrowDown" || key === "ArrowUp" || key === "Enter") {
        event.preventDefault();
        this.open();
      }
      return;
    }
    const last = this.shown.length - 1;
    const to = { ArrowDown: this.at >= last ? 0 : this.at + 1, ArrowUp: this.at <= 0 ? last : this.at - 1, PageDown: Math.min(last, this.at + 8), PageUp: Math.max(0, this.at - 8) }[key];
    if (to !== undefined) this.point(to);
    else if (key === "Enter" && this.shown[this.at]) this.pick(this.shown[this.at]);
    else if (key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    if (this.list.hidden) return;
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.query = null;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (this.clearable && this.input.value === "" && this.chosen.length) this.change([]);
    this.draw();
    this.tell();
  }
}
