// What this place is, and what Slack refused of what the app did.

import { h } from "../dom.js";

export default {
  id: "about",
  title: "About this workspace",
  order: 0,
  mount(element, page) {
    const draw = () => {
      const { app, slack, team } = page.store.state;
      element.replaceChildren(
        h("p", {}, `${team.name} is a workspace on this machine. ${app.name} runs as it would in Slack; only the addresses differ.`),
        h("h3", {}, "Now"),
        h("ul", {}, h("li", {}, slack.connected ? `${app.name} is connected.` : `${app.name} is away.`), slack.down ? h("li", {}, "Slack is down.") : null),
        h("h3", {}, "Keys"),
        h("ul", {}, h("li", {}, "Tab goes through everything; Escape closes what is open."), h("li", {}, "In the composer, / offers the commands; arrows choose, Tab or Enter takes one.")),
      );
    };
    draw();
    return { follow: (changes) => (changes === null || changes.some((c) => ["connected", "disconnected", "setting"].includes(c.kind))) && draw() };
  },
};
