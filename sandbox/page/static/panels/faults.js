// Trouble to order: at each provider, and at Slack itself.

import { badge, consolePanel, deeds, orderButton } from "../consoles.js";
import { h } from "../dom.js";

function row(page, state, each) {
  const order = (trouble, words) => orderButton(page, { words, about: `at ${each.title}`, path: "set", content: { provider: each.key, trouble }, pressed: each.on === trouble });
  const on = state.troubles.find((trouble) => trouble.name === each.on)?.says ?? (each.on === "none" ? "" : "Another fault");
  return h(
    "li",
    { class: "entry" },
    h("div", { class: "entry-head" }, h("strong", {}, each.title), " ", on ? badge(on, "bad") : null),
    h("div", { class: "row", role: "group", "aria-label": `Trouble at ${each.title}` }, order("none", "Well"), state.troubles.map((trouble) => order(trouble.name, trouble.says))),
    h("details", {}, h("summary", {}, "Last exchanges"), deeds(page, each.did)),
  );
}

export default consolePanel({
  id: "faults",
  title: "Trouble",
  order: 70,
  draw: (page, state) => [
    h("p", { class: "soft" }, `See what ${page.store.state.app.name} does when others fail. Trouble stays on until all is well again.`),
    h("ul", { class: "entries" }, state.rows.map((each) => row(page, state, each))),
  ],
});
