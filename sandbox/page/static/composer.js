// Where a person types: messages, and slash commands with completion.

import { h, icon, newId } from "./dom.js";
import { menuButton } from "./menu.js";

const drafts = {
  key: (app, place) => `draft/${app.store.me.name}/${place}`,
  get: (app, place) => sessionStorage.getItem(drafts.key(app, place)) ?? "",
  set: (app, place, text) => (text ? sessionStorage.setItem(drafts.key(app, place), text) : sessionStorage.removeItem(drafts.key(app, place))),
};

/** `/release start`, `/release status`, … from the command's usage hint `[start | status | …]`. */
function completions(app, text) {
  return app.store.state.app.commands
    .flatMap((command) => {
      const words = (command.usage_hint.match(/[\w-]+/g) ?? []).map((word) => ({ text: `${command.name} ${word}`, about: "" }));
      return [{ text: command.name, about: command.description }, ...words];
    })
    .filter((each) => each.text.startsWith(text) && each.text !== text);
}

/** `where` is `{channel, thread, place, label}`. */
export class Composer {
  constructor(app, where) {
    Object.assign(this, { app, where, at: -1, shown: [] });
    this.listId = newId("completions");
    this.field = h("textarea", {
      rows: "1",
      placeholder: where.label,
      "aria-label": where.label,
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": this.listId,
      "data-key": `composer-${where.place}`,
    });
    this.field.value = drafts.get(app, where.place);
    this.list = h("ul", { id: this.listId, class: "completions", role: "listbox", "aria-label": "Commands", hidden: true });
    this.send = h("button", { type: "submit", class: "icon-button send", "aria-label": "Send" }, icon("send"));
    const form = h("form", { class: "composer", on: { submit: (event) => this.submit(event) } }, this.list, this.shortcuts(), this.field, this.send);
    this.element = h("div", { class: "composer-area" }, form);
    this.field.addEventListener("input", () => this.onInput());
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("blur", () => this.hide());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    requestAnimationFrame(() => this.grow());
  }

  shortcuts() {
    if (this.where.thread) return null;
    const { app } = this;
    const items = () =>
      app.store.state.app.shortcuts
        .filter((shortcut) => shortcut.kind === "global")
        .map((shortcut) => ({ label: shortcut.name, detail: shortcut.description || app.store.state.app.name, choose: () => app.act({ do: "shortcut", name: shortcut.callback_id }) }));
    return menuButton({ label: "Shortcuts", face: icon("plus"), items });
  }

  onInput() {
    drafts.set(this.app, this.where.place, this.field.value);
    this.grow();
    const text = this.field.value;
    if (text.startsWith("/") && !this.where.thread && !text.includes("\n")) this.offer(completions(this.app, text));
    else this.hide();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 200)}px`;
  }

  offer(found) {
    this.shown = found;
    if (!found.length) return this.hide();
    this.list.replaceChildren(
      ...found.map((each, n) =>
        h("li", { role: "option", id: `${this.listId}-${n}`, "aria-selected": "false", on: { click: () => this.take(n), pointermove: () => this.point(n) } }, h("span", {}, each.text), each.about ? h("small", {}, each.about) : null),
      ),
    );
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.point(-1);
    return undefined;
  }

  hide() {
    this.list.hidden = true;
    this.at = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  point(n) {
    this.at = n;
    [...this.list.children].forEach((entry, index) => {
      entry.classList.toggle("pointed", index === n);
      entry.setAttribute("aria-selected", String(index === n));
    });
    const entry = this.list.children[n];
    if (entry) {
      entry.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", entry.id);
    } else this.field.removeAttribute("aria-activedescendant");
  }

  take(n) {
    const { text } = this.shown[n];
    this.field.value = text.includes(" ") ? text : `${text} `;
    this.hide();
    this.onInput();
  }

  onKey(event) {
    const open = !this.list.hidden;
    const last = this.shown.length - 1;
    if (open && event.key === "ArrowDown") this.point(this.at >= last ? 0 : this.at + 1);
    else if (open && event.key === "ArrowUp") this.point(this.at <= 0 ? last : this.at - 1);
    else if (open && event.key === "Escape") this.hide();
    else if (open && event.key === "Tab" && !event.shiftKey) this.take(Math.max(0, this.at));
    else if (open && event.key === "Enter" && this.at >= 0) this.take(this.at);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
    else return;
    event.preventDefault();
  }

  async submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    this.set("");
    const command = text.startsWith("/");
    if (command) this.send.setAttribute("aria-busy", "true");
    const sent = await this.app.act({ do: "type", channel: this.where.channel, thread: this.where.thread ?? "", text });
    this.send.removeAttribute("aria-busy");
    // What could not be sent is not lost.
    if (!sent && !this.field.value) this.set(text);
  }

  set(text) {
    this.field.value = text;
    this.hide();
    drafts.set(this.app, this.where.place, text);
    this.grow();
  }
}
