// What stands in the middle: a channel, a direct message, or the app's home and messages.

import { drawBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { h, icon, redraw } from "./dom.js";
import { Context } from "./elements.js";
import { face } from "./faces.js";
import { MessageList } from "./messages.js";
import { link } from "./mrkdwn.js";

function menuToggle(app) {
  const label = `Conversations and people; you act as ${app.store.me.real_name}`;
  return h("button", { type: "button", class: "icon-button only-narrow", "aria-label": label, "aria-expanded": "false", "aria-controls": "sidebar", id: "menu-toggle", on: { click: () => app.toggleSidebar() } }, icon("menu"), face(app.store.me, "tiny"));
}

function markRead(app, channel) {
  return (messages) => {
    const last = messages.at(-1);
    if (!last || document.hidden || last.ts <= (app.store.state.read[channel] ?? "")) return;
    app.store.state.read[channel] = last.ts;
    app.wire.act({ do: "read", channel, ts: last.ts }).catch(() => {}); // a mark is not worth a word
  };
}

/** A channel or a direct message with a person. */
export class ChannelPlace {
  constructor(app, channel) {
    Object.assign(this, { app, id: channel.id });
    this.head = h("header", { class: "place-head" });
    this.bar = h("div", { class: "bookmarks" });
    this.list = new MessageList(app, { label: `Messages in ${app.store.titleOf(channel)}`, pick: () => app.store.inChannel(channel.id), onShown: markRead(app, channel.id) });
    this.foot = h("div", { class: "place-foot" });
    this.drawHead(channel);
    this.drawFoot(channel);
    this.element = h("div", { class: "place-box" }, this.head, this.bar, this.list.element, this.foot);
  }

  get channel() {
    return this.app.store.channels.get(this.id);
  }

  drawHead(channel) {
    const { app } = this;
    const title = app.store.titleOf(channel);
    redraw(
      this.head,
      menuToggle(app),
      h("h1", {}, channel.is_im ? face(app.store.users.get(channel.user), "tiny") : h("span", { class: "place-mark", "aria-hidden": "true" }, channel.is_private ? icon("lock") : "#"), title),
      channel.topic?.value ? h("span", { class: "topic" }, channel.topic.value) : null,
      channel.is_im ? null : h("span", { class: "members" }, `${channel.members.length} members`),
      app.panels.buttons(),
    );
    const marks = app.store.state.bookmarks.filter((mark) => mark.channel === channel.id);
    this.bar.replaceChildren(...marks.map((mark) => link(mark.link, mark.title)));
    this.bar.hidden = marks.length === 0;
  }

  drawFoot(channel) {
    const { app } = this;
    if (channel.is_archived) return this.foot.replaceChildren(h("p", { class: "closed" }, "This channel is archived. Nobody can post here."));
    if (!channel.is_im && !channel.is_member) {
      const join = () => app.act({ do: "join", channel: channel.id });
      return this.foot.replaceChildren(h("p", { class: "closed" }, "You are not in this channel. ", h("button", { type: "button", class: "button", on: { click: join } }, "Join")));
    }
    const label = `Message ${channel.is_im ? "" : "#"}${app.store.titleOf(channel)}`;
    this.composer = new Composer(app, { channel: channel.id, place: channel.id, label });
    return this.foot.replaceChildren(this.composer.element);
  }

  follow(changes) {
    if (!this.channel) return;
    this.list.follow(changes);
    const own = (changes ?? []).filter((change) => change.kind === "channel" && change.key === this.id);
    if (own.length) this.drawFoot(this.channel);
    if (own.length || changes?.some((change) => change.kind === "bookmark")) this.drawHead(this.channel);
  }

  focus() {
    this.composer?.field.focus();
  }
}

/** The app's own place: its home and its direct messages. */
export class AppPlace {
  constructor(app, tab) {
    Object.assign(this, { app, tab });
    const { store } = app;
    this.bot = store.users.get(store.state.app.bot_user);
    this.body = h("div", { class: "app-body" });
    const tabs = [store.state.app.has_home ? ["home", "Home"] : null, ["messages", "Messages"]].filter(Boolean);
    const row = h(
      "nav",
      { class: "tabs", "aria-label": this.bot.real_name },
      tabs.map(([name, words]) => h("a", { href: `#/${store.me.name}/@app/${name}`, "aria-current": name === tab ? "page" : null, "data-key": `tab-${name}` }, words)),
    );
    this.head = h("header", { class: "place-head" }, menuToggle(app), h("h1", {}, face(this.bot, "tiny"), this.bot.real_name), row, app.panels.buttons());
    this.element = h("div", { class: "place-box" }, this.head, this.body);
    app.wire.act({ do: "home", tab }).catch((error) => app.toast(error.message));
    this.draw();
  }

  draw() {
    if (this.tab === "home") this.drawHome();
    else this.drawMessages();
  }

  drawHome() {
    const { store, wire } = this.app;
    const view = store.views.get(store.state.home);
    if (this.hash && view?.hash === this.hash) return;
    this.hash = view?.hash;
    if (!view) {
      this.body.replaceChildren(h("p", { class: "nothing", role: "status" }, `${this.bot.real_name} has not published a home for you yet.`));
      return;
    }
    const context = new Context({ store, wire, target: { view: view.id }, values: view.state.values, complain: (words) => this.app.toast(words) });
    redraw(this.body, h("div", { class: "home", role: "region", "aria-label": "Home", tabindex: "0" }, drawBlocks(view.blocks, context)));
  }

  drawMessages() {
    const { store } = this.app;
    const direct = [...store.channels.values()].find((c) => c.is_im && c.user === this.bot.id);
    if (!direct) {
      this.body.replaceChildren(h("p", { class: "nothing" }, `No messages with ${this.bot.real_name} yet.`));
      return;
    }
    if (this.list) return;
    this.list = new MessageList(this.app, { label: `Messages with ${this.bot.real_name}`, pick: () => store.inChannel(direct.id), onShown: markRead(this.app, direct.id) });
    const foot = store.state.app.takes_messages
      ? new Composer(this.app, { channel: direct.id, place: direct.id, label: `Message ${this.bot.real_name}` }).element
      : h("p", { class: "closed" }, `${this.bot.real_name} takes no messages here. Type /release in a channel.`);
    this.body.replaceChildren(this.list.element, h("div", { class: "place-foot" }, foot));
  }

  follow(changes) {
    if (this.list) this.list.follow(changes);
    else this.draw();
  }

  focus() {
    this.body.querySelector("textarea")?.focus();
  }
}

/** A thread, at the side. */
export class ThreadSide {
  constructor(app, channel, ts) {
    Object.assign(this, { app, channel, ts });
    const { store } = app;
    this.list = new MessageList(app, { label: "Messages in the thread", pick: () => store.inThread(channel.id, ts), inThread: true });
    const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close the thread", on: { click: () => app.closeSide() } }, icon("close"));
    this.title = h("h2", { tabindex: "-1" }, "Thread ", h("small", {}, channel.is_im ? store.titleOf(channel) : `#${channel.name}`));
    const composer = new Composer(app, { channel: channel.id, thread: ts, place: `${channel.id}/${ts}`, label: "Reply" });
    this.element = h("div", { class: "place-box" }, h("header", { class: "place-head" }, this.title, close), this.list.element, h("div", { class: "place-foot" }, composer.element));
  }

  follow(changes) {
    this.list.follow(changes);
  }
}
