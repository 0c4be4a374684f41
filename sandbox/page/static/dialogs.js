// Questions in a window of their own: confirm dialogs. The browser keeps the focus inside and gives it back.

import { h, newId } from "./dom.js";
import { textObject } from "./mrkdwn.js";

/** Ask as an element's `confirm` says; true when the person confirms. */
export function confirmed(question, store) {
  if (!question) return Promise.resolve(true);
  const title = newId("confirm");
  const body = newId("confirm-text");
  const style = question.style === "danger" ? "danger" : "primary";
  return new Promise((resolve) => {
    const answer = (value) => () => {
      dialog.close();
      resolve(value);
    };
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-labelledby": title, "aria-describedby": body, role: "alertdialog" },
      h("h2", { id: title }, textObject(question.title, store)),
      h("div", { id: body, class: "confirm-text" }, textObject(question.text, store)),
      h(
        "div",
        { class: "row-end" },
        h("button", { type: "button", class: "button", autofocus: true, on: { click: answer(false) } }, textObject(question.deny, store)),
        h("button", { type: "button", class: `button ${style}`, on: { click: answer(true) } }, textObject(question.confirm, store)),
      ),
    );
    dialog.addEventListener("cancel", answer(false));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  });
}
