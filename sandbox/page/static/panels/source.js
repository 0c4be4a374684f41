// The git console: the graph with branches and tags, a push, and the published releases.

import { consolePanel, deeds, nothing, send } from "../consoles.js";
import { h, newId, svg } from "../dom.js";

const ROW = 30;
const NAMES = 24;
const LANE = 14;
const x = (lane) => 8 + Math.min(lane, 6) * LANE;
/** Names stand above the words, two in a line. */
const heightOf = (commit) => ROW + NAMES * Math.ceil(commit.refs.length / 2);

function graph(commit, lanes) {
  const height = heightOf(commit);
  const middle = height - ROW / 2;
  const path = ([from, to]) =>
    from === commit.lane
      ? `M${x(from)} ${middle}C${x(from)} ${height} ${x(to)} ${middle} ${x(to)} ${height}`
      : `M${x(from)} 0L${x(to)} ${height}`;
  const above = commit.above ? svg("path", { d: `M${x(commit.lane)} 0V${middle}`, class: `lane lane-${commit.lane % 5}` }) : null;
  return svg(
    "svg",
    { class: "graph", width: x(lanes) + 6, height, "aria-hidden": "true", focusable: "false" },
    commit.lines.map((line) => svg("path", { d: path(line), class: `lane lane-${Math.max(...line) % 5}` })),
    above,
    svg("circle", { cx: x(commit.lane), cy: middle, r: 4, class: `dot lane-${commit.lane % 5}` }),
  );
}

const name = (ref) => (ref.branch ? h("span", { class: "ref branch" }, h("span", { class: "unseen" }, "branch "), ref.branch) : h("span", { class: "ref tag" }, h("span", { class: "unseen" }, "tag "), ref.tag));

function commits(state) {
  const lanes = Math.max(0, ...state.commits.flatMap((c) => [c.lane, ...c.lines.flat()]));
  let open = new Set();
  return state.commits.map((commit) => {
    const above = open.has(commit.lane);
    open = new Set(commit.lines.map(([, to]) => to));
    return h("li", { class: "commit" }, graph({ ...commit, above }, lanes), h("div", { class: "commit-words" }, commit.refs.length ? h("div", { class: "refs" }, commit.refs.map(name)) : null, h("div", { class: "commit-line" }, h("span", { class: "commit-title" }, commit.title), h("code", {}, commit.sha.slice(0, 7)))));
  });
}

function push(page, state) {
  const title = newId("push");
  const branch = newId("branch");
  const last = state.branches.at(-1);
  const form = h(
    "form",
    { class: "push", on: { submit: (event) => submit(event) } },
    h("label", { for: title }, "Push a commit"),
    h("input", { id: title, class: "text-input", name: "title", required: true, maxlength: "200", placeholder: "fix: keep the cart when the app is killed", "data-key": "push-title" }),
    h("label", { for: branch, class: "unseen" }, "Branch"),
    h("select", { id: branch, name: "branch", "data-key": "push-branch" }, state.branches.map((each) => h("option", { value: each, selected: each === last }, each))),
    h("button", { type: "submit", class: "button small", "data-key": "push" }, "Push as a developer"),
  );
  async function submit(event) {
    event.preventDefault();
    const field = form.elements.title;
    if (await send(page, "push", { title: field.value, branch: form.elements.branch.value })) field.value = "";
  }
  return form;
}

export default consolePanel({
  id: "source",
  title: "Git",
  order: 20,
  draw: (page, state) => [
    h("p", { class: "soft" }, `${state.title}, over a real git repository.`),
    push(page, state),
    h("h3", {}, "Commits"),
    h("ol", { class: "commits" }, commits(state)),
    h("h3", {}, "Releases"),
    state.pages.length ? state.pages.map((each) => h("details", { class: "page" }, h("summary", {}, each.title || each.tag), h("pre", {}, each.text))) : nothing("None is published."),
    deeds(page, state.did),
  ],
});
