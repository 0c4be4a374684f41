// Test runs, filled squad by squad.

import { consolePanel, deeds, nothing, orderButton } from "../consoles.js";
import { h } from "../dom.js";

const counted = (cases) => {
  const found = Object.entries(cases).filter(([, number]) => number > 0);
  return found.length ? found.map(([state, number]) => `${number} ${state}`).join(", ") : "no cases";
};

function squad(page, run, [name, cases]) {
  const about = `for ${name} in ${run.title}`;
  const order = (status, words) => orderButton(page, { words, about, path: "fill", content: { run: run.key, squad: name, status } });
  return h("li", { class: "squad" }, h("div", {}, h("strong", {}, name === "None" ? "No squad" : name), " ", h("small", {}, counted(cases))), h("div", { class: "row" }, order("Passed", "All pass"), cases.Untested ? order("Failed", "The rest fails") : null));
}

export default consolePanel({
  id: "testing",
  title: "Tests",
  order: 50,
  draw: (page, state) => [
    h("p", { class: "soft" }, `Test runs in ${state.title}.`),
    state.runs.length ? h("div", { class: "row" }, orderButton(page, { words: "Everything passes", path: "pass" })) : null,
    state.runs.length
      ? h("ul", { class: "entries" }, state.runs.map((run) => h("li", { class: "entry" }, h("div", { class: "entry-head" }, h("strong", {}, run.title)), h("small", {}, `${run.status}: ${counted(run.cases)}`), h("ul", {}, Object.entries(run.squads).map((each) => squad(page, run, each))))))
      : nothing("None was made."),
    deeds(page, state.did),
  ],
});
