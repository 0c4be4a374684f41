// The page: it follows the address and the store, and holds its parts together.

import { h, icon } from "./dom.js";
import { spoken } from "./message.js";
import { Modal } from "./modal.js";
import { Panels } from "./panels.js";
import { AppPlace, ChannelPlace, ThreadSide } from "./places.js";
import { go, readRoute } from "./route.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { offerTour } from "./tour.js";
import { Wire } from "./wire.js";

const at = (id) => document.getElementById(id);
const FIRST_PERSON = "ann";
const FIRST_PLACE = "releases";

class App {
  constructor() {
    this.store = new Store();
    this.wire = new Wire(this.store, (status, why) => this.onStatus(status, why), () => this.becomeFirst());
    this.panels = new Panels(this);
    this.sidebar = new Sidebar(this, at("sidebar"));
    this.modal = new Modal(this);
    this.place = null;
    this.side = null;
    this.told = 0;
    this.route = readRoute();
    this.store.listen((changes) => this.follow(changes));
    globalThis.addEventListener("hashchange", () => this.onRoute());
    document.addEventListener("keydown", (event) => this.onKey(event));
    at("skip").addEventListener("click", (event) => {
      event.preventDefault();
      at("main").focus();
    });
  }

  start() {
    const kept = localStorage.getItem("person");
    const person = this.route.person || kept || FIRST_PERSON;
    if (!this.route.person) go({ person, place: this.route.place || FIRST_PLACE }, { replace: true });
    else this.wire.become(person);
  }

  // --- where ---

  onRoute() {
    const before = this.route;
    this.route = readRoute();
    if (this.route.person !== this.wire.person) {
      localStorage.setItem("person", this.route.person);
      this.place = this.side = null;
      this.wire.become(this.route.person);
      return;
    }
    if (!this.store.state) return;
    if (before.place !== this.route.place || before.thread !== this.route.thread) this.enter(before);
    this.sidebar.draw();
  }

  become(person, route) {
    go({ person, place: this.store.channels.get(this.channelId(route.place))?.is_im ? FIRST_PLACE : route.place });
  }

  /** The address names somebody who is not here: perhaps it is of another workspace. */
  becomeFirst() {
    if (this.route.person === FIRST_PERSON) return false;
    localStorage.removeItem("person");
    go({ person: FIRST_PERSON, place: FIRST_PLACE }, { replace: true });
    return true;
  }

  channelId(place) {
    const found = [...this.store.channels.values()].find((c) => c.id === place || c.name === place);
    return found?.id;
  }

  placeOf(id) {
    const channel = this.store.channels.get(id);
    if (channel?.is_im && channel.user === this.store.state.app.bot_user) return "@app";
    return channel?.name || id;
  }

  /** What is in the middle, in a word: the same word is the same place. */
  get spot() {
    const { person, place, thread } = this.route;
    return [person, place, place === "@app" ? thread : ""].join("/");
  }

  enter(before = {}) {
    const { store, route } = this;
    this.entered = this.spot;
    if (before.place !== route.place || !this.place || route.place === "@app") {
      this.place = this.newPlace();
      at("main").replaceChildren(this.place.element);
      if (before.place !== undefined) this.place.focus();
      this.place.list?.toEnd();
      this.name();
    }
    const channel = store.channels.get(this.channelId(route.place));
    if (route.thread && channel && store.message(channel.id, route.thread)) this.showThread(channel, route.thread);
    else if (this.side instanceof ThreadSide) this.hideSide();
  }

  /** Whether a place in the address is the app's: its home, or the direct messages with it. */
  isApp(place) {
    return place === "@app" || this.store.channels.get(place)?.user === this.store.state.app.bot_user;
  }

  newPlace() {
    const { store, route } = this;
    if (this.isApp(route.place)) {
      const first = store.state.app.has_home ? "home" : "messages";
      return new AppPlace(this, route.place === "@app" ? route.thread || first : "messages");
    }
    const channel = store.channels.get(this.channelId(route.place)) ?? store.channels.get(this.channelId(FIRST_PLACE)) ?? [...store.channels.values()][0];
    return new ChannelPlace(this, channel);
  }

  name() {
    const { store } = this;
    const channel = store.channels.get(this.place.id);
    const words = channel ? `${channel.is_im ? "" : "#"}${store.titleOf(channel)}` : store.state.app.name;
    document.title = `${words} · ${store.state.team.name} · ${store.me.real_name}`;
  }

  // --- beside ---

  openThread(channel, ts) {
    go({ person: this.store.me.name, place: this.store.channels.get(channel)?.name || channel, thread: ts });
  }

  showThread(channel, ts) {
    const thread = new ThreadSide(this, channel, ts);
    this.showSide(thread.element, thread);
    thread.list.toEnd();
    thread.title.focus();
  }

  /** Show something at the side; `side` may follow changes and is told when it leaves. */
  showSide(element, side) {
    this.side?.leave?.();
    this.side = side;
    at("side").replaceChildren(element);
    at("side").hidden = false;
  }

  hideSide() {
    this.side?.leave?.();
    this.side = null;
    at("side").hidden = true;
    at("side").replaceChildren();
  }

  closeSide() {
    const { route } = this;
    const back = route.thread ? document.querySelector(`#main [data-ts="${CSS.escape(route.thread)}"]`) : null;
    this.hideSide();
    if (route.thread && route.place !== "@app") go({ person: route.person, place: route.place });
    if (back) back.focus();
    else this.place?.focus();
  }

  toggleSidebar(open = !document.body.classList.contains("with-sidebar")) {
    document.body.classList.toggle("with-sidebar", open);
    at("menu-toggle")?.setAttribute("aria-expanded", String(open));
    if (open) at("sidebar").querySelector("button, a")?.focus();
  }

  onKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented || this.modal.open) return;
    if (document.body.classList.contains("with-sidebar")) {
      this.toggleSidebar(false);
      at("menu-toggle")?.focus();
    } else if (this.side) this.closeSide();
  }

  // --- what happens ---

  async follow(changes) {
    if (changes === null) await this.onLoaded();
    else {
      this.place?.follow(changes);
      this.side?.follow?.(changes);
      this.announce(changes);
    }
    this.sidebar.follow(changes);
    this.modal.follow();
    this.showBanner();
    this.showNotices();
  }

  async onLoaded() {
    this.told = this.store.state.notices.length;
    await this.panels.load(this.store.state.panel_modules).catch((error) => this.toast(`A panel could not be loaded: ${error.message}`));
    const there = this.place && (!this.place.id || this.store.channels.has(this.place.id));
    if (there && this.entered === this.spot) {
      this.place.follow(null);
      this.side?.follow?.(null);
    } else this.enter();
    this.name();
    if (!this.offered) offerTour(this);
    this.offered = true;
  }

  announce(changes) {
    for (const { kind, key, item } of changes) {
      if (kind !== "message" || !item || item.user === this.store.state.me || item.revision) continue;
      const here = key.split("/")[0] === this.place?.id;
      const thread = item.thread_ts && item.thread_ts === this.route.thread;
      if (!item.only_for && (!here || (item.thread_ts && item.thread_ts !== item.ts && !thread))) continue;
      if (item.only_for && !this.shows(item)) {
        this.whisper(item);
        continue;
      }
      at("said").append(h("p", {}, spoken(item, this.store)));
      while (at("said").childElementCount > 5) at("said").firstElementChild.remove();
    }
  }

  /** Whether a message stands in what is open. */
  shows(message) {
    const inThread = message.thread_ts && message.thread_ts !== message.ts;
    return inThread ? this.side instanceof ThreadSide && this.side.ts === message.thread_ts : message.channel === this.place?.id;
  }

  /** An answer to this person alone, where they are not looking: Slack leaves it unseen in its thread. */
  whisper(message) {
    const open = () => (message.thread_ts ? this.openThread(message.channel, message.thread_ts) : go({ person: this.store.me.name, place: this.placeOf(message.channel) }));
    this.toast(spoken(message, this.store), "calm", { label: message.thread_ts ? "Open the thread" : "Go there", act: open });
  }

  showBanner(words = this.bannerWords()) {
    if (at("banner").textContent !== words) at("banner").textContent = words;
  }

  bannerWords() {
    if (this.status !== "live") return this.status ? `Reconnecting… ${this.why}`.trim() : "";
    const { slack, app } = this.store.state;
    if (slack.down) return "Slack is down: nothing can be sent, and the app hears nothing.";
    return slack.connected ? "" : `${app.name} is away. Commands and buttons are answered when it is back.`;
  }

  onStatus(status, why = "") {
    Object.assign(this, { status, why });
    document.body.dataset.wire = status;
    if (this.store.state || status !== "live") this.showBanner();
  }

  /** What Slack's own client tells: at the modal where one is open. */
  showNotices() {
    const fresh = this.store.state.notices.slice(this.told);
    this.told = this.store.state.notices.length;
    for (const notice of fresh) {
      if (this.modal.open) this.modal.complain(notice.text);
      else this.toast(notice.text);
    }
  }

  /** Do something; what goes wrong is told. True when it was done. */
  async act(deed) {
    try {
      await this.wire.act(deed);
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  toast(words, tone = "bad", action = null) {
    const leave = () => toast.remove();
    const follow = () => {
      leave();
      action.act();
    };
    const more = action ? h("button", { type: "button", class: "button small", on: { click: follow } }, action.label) : null;
    const toast = h("div", { class: `toast ${tone}` }, h("span", {}, words), more, h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: leave } }, icon("close")));
    at("toasts").append(toast);
    while (at("toasts").childElementCount > 4) at("toasts").firstElementChild.remove();
    if (tone === "calm" && !action) setTimeout(leave, 4000);
  }
}

const app = new App();
app.start();
