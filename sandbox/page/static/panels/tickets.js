// The board: tickets to be moved.

import { badge, consolePanel, deeds, nothing, orderButton, send } from "../consoles.js";
import { h } from "../dom.js";

function ticket(page, state, each) {
  const move = (event) => send(page, "move", { key: each.key, status: event.target.value });
  const column = state.statuses.length
    ? h("select", { "aria-label": `Status of ${each.key}`, "data-key": `status-${each.key}`, on: { change: move } }, state.statuses.map((status) => h("option", { value: status, selected: status === each.status }, status)))
    : badge(each.status);
  return h("li", { class: "entry" }, h("div", { class: "entry-head" }, h("strong", {}, each.key), " ", each.title, " ", each.done ? badge("done", "good") : null), h("div", { class: "row" }, column));
}

export default consolePanel({
  id: "tickets",
  title: "Tickets",
  order: 40,
  draw: (page, state) => [
    h("p", { class: "soft" }, `Tickets in ${state.title}.`),
    state.tickets.some((each) => !each.done) ? h("div", { class: "row" }, orderButton(page, { words: "All are done", path: "done" })) : null,
    state.tickets.length ? h("ul", { class: "entries" }, state.tickets.map((each) => ticket(page, state, each))) : nothing("None was opened."),
    deeds(page, state.did),
  ],
});
