// Interactive elements by type, and the context in which they act.

import { button, feedbackButtons, iconButton, overflow } from "./buttons.js";
import { checkboxes, radioButtons, select } from "./choices.js";
import { confirmed } from "./dialogs.js";
import { h } from "./dom.js";
import { fileField, picker, richTextField, textField } from "./fields.js";
import { heldIn } from "./held.js";
import { picture } from "./pictures.js";
import { post } from "./wire.js";

const SELECTS = ["static_select", "external_select", "users_select", "channels_select", "conversations_select"];
const TABLE = {
  button,
  workflow_button: button,
  overflow,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  plain_text_input: textField,
  email_text_input: textField,
  url_text_input: textField,
  number_input: textField,
  rich_text_input: richTextField,
  file_input: fileField,
  image: (element, _block, context) => picture(element, context, "thumb"),
  ...Object.fromEntries(SELECTS.flatMap((kind) => [[kind, select], [`multi_${kind}`, select]])),
};

/** One element, with `labels` (id, aria-…) where it has a label of its own. */
export function drawElement(element, block, context, labels = {}) {
  const draw = TABLE[element.type];
  if (!draw) return h("span", { class: "unknown" }, `[${element.type}]`);
  const named = Object.keys(labels).length ? labels : ownLabel(element);
  return draw(element, block, context, named);
}

function ownLabel(element) {
  return { "aria-label": element.accessibility_label ?? element.placeholder?.text ?? WORDS[element.type] ?? "Choice" };
}

const WORDS = { datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time", checkboxes: "Options", radio_buttons: "Options" };

/** Where elements stand: in a message or a view; they tell the app through it. */
export class Context {
  constructor({ store, wire, target, values, complain }) {
    Object.assign(this, { store, wire, target, values, complain });
    this.flushes = [];
    this.sent = Promise.resolve();
  }

  name(block, element) {
    return `${block.block_id}/${element.action_id}`;
  }

  held(block, element) {
    return heldIn(this.values, block, element);
  }

  /** Whether the app hears of a change now, not when a form is sent. */
  toldAtOnce(block) {
    return block.type !== "input" || Boolean(block.dispatch_action);
  }

  async set(block, element, value) {
    if (!this.toldAtOnce(block)) return this.write(block, element, value);
    if (!(await confirmed(element.confirm, this.store))) return undefined;
    const deed = { do: "choose", ...this.target, element: this.name(block, element), value, confirmed: Boolean(element.confirm) };
    return this.inTurn(() => this.send(deed));
  }

  /** Fill a field of which the app hears with the form, or with the next button of the message. */
  write(block, element, value) {
    return this.inTurn(() => this.send({ do: "write", ...this.target, element: this.name(block, element), value }));
  }

  /** Acts arrive in the order in which they were done. */
  inTurn(act) {
    this.sent = this.sent.then(act);
    return this.sent;
  }

  /** Do something and tell the person where it could not be done; true when it was. */
  async send(deed) {
    try {
      await this.wire.act(deed);
      return true;
    } catch (error) {
      this.complain(error.message);
      return false;
    }
  }

  ask(deed) {
    return this.wire.act(deed);
  }

  beforeSending(flush) {
    this.flushes.push(flush);
  }

  /** Everything that was typed is with the server. */
  async settled() {
    for (const flush of this.flushes) flush();
    await this.sent;
  }

  async upload(file) {
    const content = await file.arrayBuffer();
    const bytes = Array.from(new Uint8Array(content), (byte) => String.fromCharCode(byte)).join("");
    try {
      const answer = await post(`/page/upload?as=${encodeURIComponent(this.wire.person)}`, { name: file.name, type: file.type, content: btoa(bytes) });
      return answer.file;
    } catch (error) {
      this.complain(error.message);
      return null;
    }
  }
}
