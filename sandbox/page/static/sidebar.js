// The side bar: who acts, conversations with what is unread, the theme.

import { h, icon, redraw } from "./dom.js";
import { face } from "./faces.js";
import { menuButton } from "./menu.js";
import { address } from "./route.js";
import { helpMark, Tour } from "./tour.js";

const THEMES = { "": ["both", "System"], light: ["sun", "Light"], dark: ["moon", "Dark"] };
const SHOWS = new Set(["user", "channel", "message", "message_deleted", "read", "connected", "disconnected", "setting"]);

export class Sidebar {
  constructor(app, element) {
    Object.assign(this, { app, element });
    element.addEventListener("click", (event) => {
      if (event.target.closest("a")) app.toggleSidebar(false);
    });
  }

  follow(changes) {
    if (changes === null || changes.some((change) => SHOWS.has(change.kind))) this.draw();
  }

  draw() {
    const { store } = this.app;
    const channels = [...store.channels.values()];
    const named = channels.filter((c) => !c.is_im && c.is_member && !c.is_archived);
    const others = channels.filter((c) => !c.is_im && !c.is_member && !c.is_archived);
    redraw(
      this.element,
      h("div", { class: "team" }, h("img", { src: "/page/static/mark.svg", alt: "" }), h("strong", {}, store.state.team.name)),
      this.people(),
      h("div", { class: "places" }, this.group("Channels", named.map((c) => this.place(c))), this.group("Direct messages", this.directs()), this.group("Apps", [this.appEntry()]), others.length ? this.group("Other channels", others.map((c) => this.place(c))) : null),
      this.foot(),
    );
  }

  people() {
    const { store, route } = this.app;
    return h(
      "div",
      { class: "people", role: "group", "aria-label": "Act as" },
      h("div", { class: "group-title" }, "Act as"),
      store.people.map((user) => {
        const here = user.id === store.state.me;
        const words = [user.real_name, user.profile.title].filter(Boolean).join(", ");
        return h("button", { type: "button", class: "person", "aria-pressed": String(here), title: words, "data-key": `as-${user.name}`, on: { click: () => this.app.become(user.name, route) } }, face(user), h("span", { class: "person-name" }, user.real_name.split(" ")[0]), h("small", {}, user.profile.title));
      }),
    );
  }

  group(title, entries) {
    return h("div", { class: "group" }, h("h2", { class: "group-title" }, title), h("ul", {}, entries.filter(Boolean)));
  }

  entry(place, mark, words, unread = { count: 0 }) {
    const { store, route } = this.app;
    const here = place === "@app" ? this.app.isApp(route.place) : route.place === place;
    const count = unread.count ? h("span", { class: unread.called ? "count called" : "count" }, String(unread.count), h("span", { class: "unseen" }, " unread")) : null;
    return h("li", {}, h("a", { href: address({ person: store.me.name, place }), class: unread.count ? "place fresh" : "place", "aria-current": here ? "page" : null, "data-key": `place-${place}` }, h("span", { class: "place-mark", "aria-hidden": "true" }, mark), h("span", { class: "place-name" }, words), count));
  }

  place(channel) {
    const { store } = this.app;
    return this.entry(this.app.placeOf(channel.id), channel.is_private ? icon("lock") : "#", store.titleOf(channel), channel.is_member ? store.unread(channel.id) : undefined);
  }

  directs() {
    const { store } = this.app;
    const bot = store.state.app.bot_user;
    const found = [...store.channels.values()].filter((c) => c.is_im && c.user !== bot && store.messages.get(c.id)?.size);
    return found.map((c) => this.entry(c.id, face(store.users.get(c.user), "tiny"), store.titleOf(c), store.unread(c.id)));
  }

  appEntry() {
    const { store } = this.app;
    const { app, slack } = store.state;
    const direct = [...store.channels.values()].find((c) => c.is_im && c.user === app.bot_user);
    const words = [app.name, slack.connected ? null : h("small", { class: "away" }, " away")];
    return this.entry("@app", face(store.users.get(app.bot_user), "tiny"), words, direct ? store.unread(direct.id) : undefined);
  }

  help() {
    const { app } = this;
    const items = () => [
      { label: "Take the tour", detail: "A whole release in four minutes", choose: () => new Tour(app).start() },
      { label: "About this workspace", choose: () => app.panels.show("about") },
    ];
    return menuButton({ label: "Help", face: helpMark(), items, key: "help" });
  }

  foot() {
    const now = document.documentElement.dataset.theme ?? "";
    const [drawing, words] = THEMES[now];
    const turn = () => {
      const names = Object.keys(THEMES);
      const next = names[(names.indexOf(now) + 1) % names.length];
      if (next) document.documentElement.dataset.theme = next;
      else delete document.documentElement.dataset.theme;
      localStorage.setItem("theme", next);
      this.draw();
    };
    return h("div", { class: "foot" }, h("button", { type: "button", class: "link-button", "data-key": "theme", on: { click: turn } }, icon(drawing), h("span", { class: "unseen" }, "Theme: "), words), this.help());
  }
}
