// Workflow Builder: the app's steps, run as a workflow would, and what they handed on.

import { badge, consolePanel, nothing, send } from "../consoles.js";
import { h, newId } from "../dom.js";

function field(page, step, input) {
  const id = newId("step");
  const key = `step-${step.name}-${input.name}`;
  const people = page.store.state.users.filter((user) => !user.is_app && !user.is_bot);
  const control = input.person
    ? h("select", { id, name: input.name, "data-draft": key }, h("option", { value: "" }, "Nobody"), people.map((user) => h("option", { value: user.id }, user.real_name)))
    : h("input", { id, name: input.name, class: "text-input", "data-key": key, autocomplete: "off", required: input.needed });
  const hint = newId("hint");
  control.setAttribute("aria-describedby", hint);
  return h("div", { class: "push" }, h("label", { for: id }, input.needed ? input.title : `${input.title} (optional)`), control, h("small", { id: hint, class: "soft" }, input.hint));
}

function step(page, each) {
  const run = async (event) => {
    event.preventDefault();
    const form = event.target;
    const inputs = Object.fromEntries(new FormData(form));
    if (await send(page, "run", { step: each.name, inputs })) form.reset();
  };
  return h(
    "form",
    { class: "entry", on: { submit: run } },
    h("div", { class: "entry-head" }, h("strong", {}, each.title)),
    h("small", {}, each.description),
    each.inputs.map((input) => field(page, each, input)),
    h("div", { class: "row" }, h("button", { type: "submit", class: "button small", "data-key": `run-${each.name}` }, "Run", h("span", { class: "unseen" }, ` ${each.title}`))),
  );
}

const shown = (value) => (/^https?:\/\//.test(value) ? h("a", { href: value, target: "_blank", rel: "noreferrer" }, value) : value);

function run(each) {
  const state = each.error ? badge("failed", "bad") : each.ended ? badge("done", "good") : badge("under way", "warn");
  const given = Object.values(each.inputs).join(", ");
  return h(
    "li",
    { class: "entry" },
    h("div", { class: "entry-head" }, h("strong", {}, each.title), " ", state),
    given ? h("small", {}, `with ${given}`) : null,
    each.error ? h("p", {}, each.error) : null,
    each.outputs.length ? h("dl", { class: "handed-on" }, each.outputs.map((output) => [h("dt", {}, output.title), h("dd", {}, output.value ? shown(output.value) : "nothing")])) : null,
  );
}

export default consolePanel({
  id: "workflows",
  title: "Workflows",
  order: 70,
  draw: (page, state) => [
    h("p", { class: "soft" }, "Steps that a workflow of Workflow Builder can take. Nobody stands behind a workflow: it may do what an owner grants it."),
    state.steps.length ? state.steps.map((each) => step(page, each)) : nothing("The app offers none."),
    h("h3", {}, "What became of them"),
    state.runs.length ? h("ul", { class: "entries" }, state.runs.map(run)) : nothing("None was run."),
  ],
});
