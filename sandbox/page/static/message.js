// One message: who, when, its blocks or text, reactions, its thread, and what can be done with it.

import { drawBlocks } from "./blocks.js";
import { h, icon } from "./dom.js";
import { Context } from "./elements.js";
import { emojiOf } from "./emoji.js";
import { face } from "./faces.js";
import { menuButton } from "./menu.js";
import { bareWords, mrkdwn } from "./mrkdwn.js";
import { sharedFile } from "./pictures.js";
import { address } from "./route.js";
import { sign } from "./signs.js";
import { clockTime, dayName } from "./zone.js";

const seconds = (ts) => Number(ts.split(".")[0]);

function attachment(each, context) {
  const { store } = context;
  const bar = h("div", { class: "attachment" });
  if (/^#?[0-9a-f]{6}$/i.test(each.color ?? "")) bar.style.borderColor = `#${each.color.replace("#", "")}`;
  if (each.is_app_unfurl) unfurled(bar, each, store);
  if (each.pretext) bar.append(h("div", { class: "text" }, mrkdwn(each.pretext, store)));
  if (each.title) bar.append(h("strong", {}, mrkdwn(each.title_link ? `<${each.title_link}|${each.title}>` : each.title, store)));
  if (each.text) bar.append(h("div", { class: "text" }, mrkdwn(each.text, store)));
  if (each.fields) bar.append(h("div", { class: "fields" }, each.fields.map((f) => h("div", { class: "field" }, h("strong", {}, f.title ?? ""), h("div", { class: "text" }, mrkdwn(f.value, store))))));
  bar.append(...drawBlocks(each.blocks ?? [], context));
  if (each.footer) bar.append(h("small", {}, mrkdwn(each.footer, store)));
  return bar;
}

// A card that the app put under a link: whose it is, and of which link, as several links may have one.
function unfurled(bar, each, store) {
  bar.classList.add("unfurled");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", `${store.state.app.name} about ${each.from_url}`);
  bar.append(h("small", { class: "soft" }, h("strong", {}, store.state.app.name), " about ", mrkdwn(`<${each.from_url}>`, store)));
}

export function messageContext(message, app) {
  const { store, wire } = app;
  return new Context({
    store,
    wire,
    target: { message: { channel: message.channel, ts: message.ts, revision: message.revision } },
    values: store.state.choices[`${message.channel}/${message.ts}`],
    complain: (words) => app.toast(words),
  });
}

function body(message, app) {
  const context = messageContext(message, app);
  const words = message.blocks?.length || !message.text ? drawBlocks(message.blocks ?? [], context) : [h("div", { class: "text block" }, mrkdwn(message.text, app.store))];
  const parts = [...words];
  if (message.edited && parts.length) parts.at(-1).append(h("small", { class: "edited" }, " (edited)"));
  parts.push(...(message.files ?? []).map((each) => sharedFile(each, context)));
  parts.push(...(message.attachments ?? []).map((each) => attachment(each, context)));
  return parts;
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((each) => h("span", { class: "reaction", role: "img", "aria-label": `${each.name.replaceAll("_", " ")}, ${each.count}` }, sign(each.name) ?? emojiOf(each.name) ?? `:${each.name}:`, ` ${each.count}`)),
  );
}

function threadLine(message, app, openThread) {
  const replies = app.store.inThread(message.channel, message.ts).filter((m) => m.ts !== message.ts);
  if (!replies.length || (message.thread_ts && message.thread_ts !== message.ts)) return null;
  const faces = [...new Set(replies.map((reply) => reply.user))].slice(0, 4).map((id) => face(app.store.users.get(id), "tiny"));
  const words = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  const last = clockTime(seconds(replies.at(-1).ts), app.store.me.tz);
  return h("button", { type: "button", class: "thread-line", "data-key": `thread-${message.ts}`, on: { click: openThread } }, faces, h("span", {}, words), h("small", {}, `last at ${last}`));
}

function tools(message, app, openThread) {
  const shortcuts = () => [
    { label: "Copy link", choose: () => copyLink(message, app) },
    ...app.store.state.app.shortcuts
      .filter((shortcut) => shortcut.kind === "message")
      .map((shortcut) => ({
        label: shortcut.name,
        detail: app.store.state.app.name,
        choose: () => app.act({ do: "shortcut", name: shortcut.callback_id, message: messageContext(message, app).target.message }),
      })),
  ];
  const reply = openThread
    ? h("button", { type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread", "data-key": `reply-${message.ts}`, on: { click: openThread } }, icon("reply"))
    : null;
  return h("div", { class: "tools" }, reply, menuButton({ label: "More actions", face: icon("more"), items: shortcuts, key: `more-${message.ts}` }));
}

async function copyLink(message, app) {
  const here = address({ person: app.store.me.name, place: app.store.channels.get(message.channel)?.name || message.channel, thread: message.thread_ts || message.ts });
  try {
    await navigator.clipboard.writeText(new URL(here, location.href).href);
    app.toast("Copied.", "calm");
  } catch {
    app.toast(`The browser does not let this page copy. The link is ${here}`);
  }
}

function onlyYou(message, app) {
  if (!message.only_for) return null;
  const dismiss = () => app.act({ do: "dismiss", ...messageContext(message, app).target });
  return h("div", { class: "only-you" }, icon("eye"), "Only visible to you", h("button", { type: "button", class: "link-button", "data-key": `dismiss-${message.ts}`, on: { click: dismiss } }, "Dismiss"));
}

function head(message, app) {
  const { store } = app;
  const user = store.users.get(message.user);
  const at = seconds(message.ts);
  return h(
    "div",
    { class: "message-head" },
    h("strong", { class: "author" }, user?.real_name ?? message.user),
    user?.is_bot ? h("span", { class: "badge" }, "app") : null,
    h("time", { datetime: new Date(at * 1000).toISOString(), title: dayName(at, store.me.tz) }, clockTime(at, store.me.tz)),
    message.subtype === "thread_broadcast" ? h("small", {}, "replied in a thread") : null,
    message.pinned ? h("small", {}, "pinned") : null,
  );
}

/** The list item of a message. `compact` leaves out the author, `inThread` what opens a thread. */
export function drawMessage(message, app, { compact = false, inThread = false } = {}) {
  const { store } = app;
  const parent = message.thread_ts || message.ts;
  const openThread = inThread || message.only_for ? null : () => app.openThread(message.channel, parent);
  const author = store.users.get(message.user);
  const className = ["message", compact && "compact", message.only_for && "whisper"].filter(Boolean).join(" ");
  const about = `${author?.real_name ?? "Somebody"}, ${clockTime(seconds(message.ts), store.me.tz)}`;
  return h(
    "li",
    { class: className, "data-ts": message.ts, tabindex: "-1" },
    h(
      "article",
      { "aria-label": about },
      onlyYou(message, app),
      h("div", { class: "message-face" }, compact ? h("time", { class: "small-time", "aria-hidden": "true" }, clockTime(seconds(message.ts), store.me.tz)) : face(author)),
      h("div", { class: "message-body" }, compact ? null : head(message, app), body(message, app), reactions(message), inThread ? null : threadLine(message, app, openThread)),
      tools(message, app, openThread),
    ),
  );
}

/** What a live region says of a message that came. */
export function spoken(message, store) {
  const words = bareWords(message.text, store).slice(0, 300);
  return `${store.users.get(message.user)?.real_name ?? "Somebody"}: ${words}`;
}
