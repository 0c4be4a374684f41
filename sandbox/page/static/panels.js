// Panels at the side. Each module in `panels/` exports by default:
//
//   { id, title, order, offered(state)?, mount(element, page) → {follow(changes), unmount()} or nothing }
//
// `page` is `{store, state(), get(path), post(path, body), act(deed), toast(words), close()}`. `state()` is what the
// server side of the panel says now (`Panel.state`), and a change of it comes to `follow` as
// `{kind: "panel", key: id, item}`. Paths are below `/page/panel/<id>/`.

import { h, icon } from "./dom.js";
import { menuButton } from "./menu.js";
import { get, post } from "./wire.js";

export class Panels {
  constructor(app) {
    this.app = app;
    this.known = new Map();
    this.open = null;
  }

  async load(names) {
    const fresh = names.filter((name) => !this.known.has(name));
    const modules = await Promise.all(fresh.map((name) => import(`./panels/${name}.js`)));
    fresh.forEach((name, n) => this.known.set(name, modules[n].default));
    return fresh.length > 0;
  }

  get sorted() {
    const { state } = this.app.store;
    return [...this.known.values()].filter((panel) => panel.offered?.(state) ?? true).sort((one, other) => (one.order ?? 100) - (other.order ?? 100));
  }

  /** The button that offers the panels, for the head of a place. */
  buttons() {
    if (!this.known.size) return null;
    const items = () => this.sorted.map((panel) => ({ label: panel.title, choose: () => this.show(panel.id) }));
    return menuButton({ label: "Panels", face: icon("panel"), items, className: "icon-button panels-button", key: "panels" });
  }

  show(id) {
    const panel = [...this.known.values()].find((each) => each.id === id);
    if (!panel) return;
    this.leave();
    const { app } = this;
    const body = h("div", { class: "panel-body" });
    const close = h("button", { type: "button", class: "icon-button", "aria-label": `Close ${panel.title}`, on: { click: () => app.closeSide() } }, icon("close"));
    const title = h("h2", { tabindex: "-1" }, panel.title);
    app.showSide(h("div", { class: "place-box panel" }, h("header", { class: "place-head" }, title, close), body), { follow: (changes) => this.open?.running?.follow?.(changes), leave: () => this.leave() });
    const path = (rest) => `/page/panel/${panel.id}/${rest}`;
    this.open = {
      id,
      running: panel.mount(body, {
        store: app.store,
        state: () => app.store.state.panels[panel.id],
        get: (rest) => get(path(rest)),
        post: (rest, content) => post(path(rest), content),
        act: (deed) => app.act(deed),
        toast: (words, tone) => app.toast(words, tone),
        close: () => app.closeSide(),
      }),
    };
    title.focus();
  }

  leave() {
    this.open?.running?.unmount?.();
    this.open = null;
  }
}
