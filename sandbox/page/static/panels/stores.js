// The app stores: reviews and rollouts, and builds that arrive, are processed, and reach testers or not.

import { badge, consolePanel, deeds, nothing, orderButton, send } from "../consoles.js";
import { h, newId } from "../dom.js";

function build(page, store, each) {
  const about = `${each.version} (${each.number})`;
  const orders = Object.entries(each.orders).map(([order, words]) => orderButton(page, { words, about, path: "order", content: { store: store.key, number: each.number, order } }));
  return h("li", { class: "entry" }, h("div", { class: "entry-head" }, h("strong", {}, each.version), ` (${each.number}) `, each.state ? badge(each.state.toLowerCase().replaceAll("_", " ")) : null), h("small", {}, each.testers ? `With ${each.testers}` : "No testers have it."), orders.length ? h("div", { class: "row" }, orders) : null);
}

/** A version for users: the store's own word for it, whom it reaches, and what people do about it. */
function offer(page, store, each) {
  const about = `${each.version} at ${store.title}`;
  const orders = Object.entries(each.orders).map(([order, words]) => orderButton(page, { words, about, path: "offer", content: { store: store.key, number: each.number, order } }));
  return h(
    "li",
    { class: "entry" },
    h("div", { class: "entry-head" }, h("strong", {}, each.version), each.build ? ` (${each.build}) ` : " ", badge(each.state.toLowerCase().replaceAll("_", " "))),
    h("small", {}, `Offered to ${each.percent} % of the users.`),
    h("progress", { max: "100", value: String(each.percent), "aria-label": `Share of the users who are offered ${about}` }),
    orders.length ? h("div", { class: "row" }, orders) : null,
  );
}

function account(page, store) {
  const orders = Object.entries(store.orders).map(([order, words]) => orderButton(page, { words, about: `at ${store.title}`, path: "account", content: { store: store.key, order } }));
  return orders.length ? h("div", { class: "row", role: "group", "aria-label": `The account at ${store.title}` }, orders) : null;
}

function upload(page, store) {
  const version = newId("version");
  const number = newId("number");
  const next = Math.max(4711, ...store.builds.map((each) => Number(each.number))) + 1;
  const form = h(
    "form",
    { class: "push", on: { submit: (event) => submit(event) } },
    h("label", { for: version }, "Version"),
    h("input", { id: version, name: "version", class: "text-input", required: true, placeholder: "2.14.0", "data-key": `${store.key}-version` }),
    h("label", { for: number }, "Build"),
    h("input", { id: number, name: "number", class: "text-input", type: "number", min: "1", required: true, value: String(next), "data-key": `${store.key}-number` }),
    h("button", { type: "submit", class: "button small", "data-key": `${store.key}-upload` }, "Upload a build"),
  );
  function submit(event) {
    event.preventDefault();
    send(page, "upload", { store: store.key, version: form.elements.version.value, number: form.elements.number.value });
  }
  return form;
}

export default consolePanel({
  id: "stores",
  title: "App stores",
  order: 60,
  draw: (page, state) =>
    state.stores.map((store) => [
      h("h3", {}, store.title),
      h("h4", {}, "For users"),
      store.offers.length ? h("ul", { class: "entries" }, store.offers.map((each) => offer(page, store, each))) : nothing("Nothing was submitted."),
      account(page, store),
      h("h4", {}, "Builds"),
      store.builds.length ? h("ul", { class: "entries" }, store.builds.map((each) => build(page, store, each))) : nothing("No build has arrived."),
      h("details", {}, h("summary", {}, "Upload by hand"), upload(page, store)),
      deeds(page, store.did, `What ${page.store.state.app.name} did at ${store.title}`),
    ]),
});
