// A list of messages that follows the store: a channel's, or a thread's.

import { h, redraw } from "./dom.js";
import { drawMessage } from "./message.js";
import { dayName, toLocal } from "./zone.js";

const GROUP_SECONDS = 300;
const seconds = (ts) => Number(ts.split(".")[0]);
// What changes how any message looks: names, and what this person has chosen.
const EVERYTHING = new Set(["user", "usergroup", "channel", "file"]);

// Several blocks are a thing of their own, with a head of its own; short words follow on.
function belongsTo(last, message) {
  const near = last.user === message.user && seconds(message.ts) - seconds(last.ts) < GROUP_SECONDS;
  return near && !message.only_for && !last.only_for && (message.blocks?.length ?? 0) < 2;
}

export class MessageList {
  /** `pick()` gives the messages to show, oldest first; `inThread` as in `drawMessage`. */
  constructor(app, { label, pick, inThread = false, onShown = () => {} }) {
    Object.assign(this, { app, pick, inThread, onShown });
    this.drawn = new Map();
    this.list = h("ol", { class: "messages", "aria-label": label });
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, this.list);
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } }, "New messages ↓");
    this.element = h("div", { class: "message-area" }, this.scroller, this.jump);
    this.scroller.addEventListener("scroll", () => {
      if (this.atEnd) this.jump.hidden = true;
    });
    this.draw(true);
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 60;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
  }

  /** Follow a batch of changes; null when everything may be different. */
  follow(changes) {
    if (changes === null || changes.some((change) => EVERYTHING.has(change.kind))) return this.draw(true);
    const touched = changes.filter((change) => ["message", "message_deleted"].includes(change.kind));
    if (touched.length) this.draw(false, new Set(touched.map((change) => change.key.split("/")[1])));
    return undefined;
  }

  draw(anew, touched = new Set()) {
    const stay = this.atEnd;
    const { scrollTop } = this.scroller;
    const messages = this.pick();
    if (anew) this.drawn.clear();
    const before = this.drawn.size;
    this.place(this.entries(messages, this.withParents(touched)));
    if (stay || anew) this.toEnd();
    else {
      this.scroller.scrollTop = scrollTop;
      if (this.drawn.size > before) this.jump.hidden = false;
    }
    this.onShown(messages);
  }

  // A reply changes the line under its parent.
  withParents(touched) {
    const parents = [...touched].map((ts) => this.app.store.message(this.channel, ts)?.thread_ts).filter(Boolean);
    return new Set([...touched, ...parents]);
  }

  get channel() {
    return this.pick()[0]?.channel;
  }

  entries(messages, touched) {
    const { tz } = this.app.store.me;
    const entries = [];
    const kept = new Map();
    let last = null;
    for (const message of messages) {
      const at = seconds(message.ts);
      if (!last || toLocal(seconds(last.ts), tz).slice(0, 10) !== toLocal(at, tz).slice(0, 10)) entries.push(this.day(at, tz));
      const compact = entries.at(-1)?.dataset.ts !== undefined && belongsTo(last, message);
      kept.set(message.ts, this.item(message, compact, touched));
      entries.push(kept.get(message.ts));
      last = message;
    }
    this.drawn = kept;
    return entries;
  }

  item(message, compact, touched) {
    const old = this.drawn.get(message.ts);
    if (old && !touched.has(message.ts) && old.classList.contains("compact") === compact) return old;
    const fresh = drawMessage(message, this.app, { compact, inThread: this.inThread });
    if (!old) return fresh;
    // The same list item stays, so that the focus and the reading position do.
    old.className = fresh.className;
    redraw(old, ...fresh.childNodes);
    return old;
  }

  day(at, tz) {
    const words = dayName(at, tz);
    return this.days?.get(words) ?? this.newDay(words);
  }

  newDay(words) {
    this.days ??= new Map();
    this.days.set(words, h("li", { class: "day" }, h("span", {}, words)));
    return this.days.get(words);
  }

  // Move only what stands elsewhere: an element that is taken out loses the focus.
  place(entries) {
    const wanted = new Set(entries);
    for (const child of [...this.list.children]) if (!wanted.has(child)) child.remove();
    entries.forEach((entry, n) => {
      if (this.list.children[n] !== entry) this.list.insertBefore(entry, this.list.children[n] ?? null);
    });
  }
}
