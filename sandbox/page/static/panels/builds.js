// The CI console: runs that can be made to pass, fail or hang.

import { badge, consolePanel, deeds, nothing, orderButton } from "../consoles.js";
import { h } from "../dom.js";

const TONES = { passed: "good", failed: "bad", running: "warn" };

function run(page, each) {
  const about = `${each.kind} ${each.platform} ${each.version}`;
  const order = (what, words) => orderButton(page, { words, about, path: "steer", content: { run: each.id, order: what } });
  const open = each.state === "running";
  return h(
    "li",
    { class: "entry" },
    h("div", { class: "entry-head" }, h("strong", {}, each.kind), " ", each.platform, " ", each.version, " ", badge(each.hangs ? "hangs" : each.state, TONES[each.state])),
    h("small", {}, `${each.ref}${each.commit ? ` at ${each.commit.slice(0, 7)}` : ""}`),
    open ? h("div", { class: "row" }, order("pass", "Pass"), order("fail", "Fail"), each.hangs ? null : order("hang", "Hang"), order("cancel", "Cancel")) : null,
  );
}

export default consolePanel({
  id: "builds",
  title: "Builds",
  order: 30,
  draw: (page, state) => [
    h("p", { class: "soft" }, `CI runs in ${state.title}.`),
    h("div", { class: "row", role: "group", "aria-label": "Runs to come" }, h("span", {}, "Runs to come"), ["pass", "fail", "hang"].map((what) => orderButton(page, { words: what, path: "expect", content: { order: what }, pressed: state.to_come === what }))),
    h("h3", {}, "Runs"),
    state.runs.length ? h("ul", { class: "entries" }, state.runs.map((each) => run(page, each))) : nothing("None was started."),
    deeds(page, state.did),
  ],
});
