// Every block on every surface, drawn as in a message, a modal or a home. Nothing that is pressed here is sent.

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { Context } from "./elements.js";
import { Store } from "./store.js";
import { get } from "./wire.js";

const store = new Store();
store.load(await get("/page/state?as=ann"));

function say(words) {
  const toast = h("div", { class: "toast calm" }, h("span", {}, words));
  document.getElementById("toasts").replaceChildren(toast);
}

const wire = {
  person: "ann",
  act: (deed) => {
    say(`Not sent: ${deed.do} ${deed.element ?? ""}`);
    return Promise.resolve(deed.do === "options" ? [{ text: { text: "An option" }, value: "1" }] : null);
  },
};

for (const { name, surface, blocks } of await get("/page/gallery.json")) {
  // The ids that the simulator would have given.
  const named = blocks.map((block, n) => ({ block_id: `${name}-${n}`, ...block }));
  const target = surface === "message" ? { message: { channel: "", ts: "", revision: 0 } } : { view: name };
  const context = new Context({ store, wire, target, values: {}, complain: say });
  context.errors = surface === "modal" ? { [named[0].block_id]: "An error stands at its field." } : {};
  document
    .getElementById("main")
    .append(h("section", { class: `exhibit on-${surface}`, id: name, "aria-labelledby": `title-${name}` }, h("h2", { id: `title-${name}` }, `${name} (${surface})`), h("div", { class: "frame" }, drawBlocks(named, context))));
}
document.body.dataset.drawn = "yes";
