// What the tour does on the page: exactly what a hand would do, at a pace that can be followed.

const KEY = 45;
const LOOK = 120;
const LONGEST = 90_000;

/** What was waited for did not come. */
export class TooLong extends Error {}
class Left extends Error {}

const button = (place, words) => [...(place?.querySelectorAll("button") ?? [])].find((each) => each.textContent.includes(words)) ?? null;
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Stage {
  constructor(app) {
    this.app = app;
    this.left = false;
    this.version = "";
  }

  /** Wait until `look()` gives something. */
  async until(look, longest = LONGEST) {
    const end = Date.now() + longest;
    for (;;) {
      const found = look();
      if (found) return found;
      if (Date.now() > end) throw new TooLong();
      await this.pause(LOOK);
    }
  }

  async pause(time) {
    await new Promise((done) => {
      setTimeout(done, time);
    });
    if (this.left) throw new Left();
  }

  async types(field, words) {
    field.focus();
    field.value = "";
    for (const letter of words) {
      field.value += letter;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      if (!still()) await this.pause(KEY);
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Wait until the form is not drawn anew any more: apps open one at once, and fill it when they know more. */
  async settles() {
    const { store } = this.app;
    const now = () => store.views.get(store.state.stack.at(-1))?.hash;
    for (let before = null; before !== now(); ) {
      before = now();
      await this.pause(700);
    }
  }

  async becomes(name) {
    const { app } = this;
    if (app.store.me.name !== name) app.become(name, { place: "releases" });
    await this.until(() => app.store.me.name === name && app.route.place === "releases" && this.composer);
  }

  /** Open a panel, and find a button in it by the words that begin it. */
  async opens(panel) {
    this.app.panels.show(panel);
    return this.until(() => this.panel);
  }

  pressIn(words, about = "") {
    const found = [...(this.panel?.querySelectorAll("button") ?? [])].find((each) => each.textContent.startsWith(words) && (each.getAttribute("aria-label") ?? each.textContent).includes(about));
    found?.click();
    return Boolean(found);
  }

  state(panel) {
    return this.app.store.state.panels[panel];
  }

  get composer() {
    return document.querySelector("#main .composer textarea");
  }

  get panel() {
    return document.querySelector("#side .panel-body");
  }

  get modal() {
    return document.querySelector("dialog.modal[open]");
  }

  get people() {
    return document.querySelector("#sidebar .people");
  }

  /** A message in the middle that says all of this, the last one. */
  message(...words) {
    const found = [...document.querySelectorAll("#main article")].filter((each) => words.every((word) => each.textContent.includes(word)));
    return found.at(-1) ?? null;
  }

  get card() {
    const found = [...document.querySelectorAll("#main article")].filter((each) => each.textContent.includes(`Pixel ${this.version}`) && !each.textContent.includes("Approve Stage 3 of") && !each.textContent.includes("Approve the submission of"));
    return found.at(0) ?? null;
  }

  get gate() {
    return this.message(this.version, "Approve Stage 3 of");
  }

  /** The gate, or what it has become. */
  get decided() {
    return this.gate ?? this.message(this.version, "Stage 3 is approved");
  }

  get approve() {
    return [...(this.gate?.querySelectorAll("button") ?? [])].find((each) => each.textContent.includes("Approve")) ?? null;
  }

  /** The question about the submission for a platform, and its button. */
  question(platform) {
    return this.message(this.version, "Approve the submission of", `for ${platform}`);
  }

  yesTo(platform) {
    return button(this.question(platform), "Approve Submission");
  }

  /** Whether a store's line on the living card says this. */
  says(store, words) {
    const line = [...(this.card?.querySelectorAll("*") ?? [])].find((each) => each.children.length < 12 && each.textContent.includes(`${store} `));
    const from = line?.textContent.indexOf(`${store} `) ?? -1;
    return from >= 0 && line.textContent.slice(from).split(/App Store |Play Store /)[1].includes(words);
  }

  get stop() {
    return button(this.card, "Stop Rollout");
  }

  /** What only one's own eyes see, the last that says this. */
  answer(words) {
    return this.message(words);
  }

  everybody(platform) {
    const found = [...document.querySelectorAll("#main article")].filter((each) => each.textContent.includes(`Offer to Everybody: ${platform}`));
    return button(found.at(-1), "Offer to Everybody");
  }

  /** Type a command and send it. */
  async sends(words) {
    await this.types(this.composer, words);
    this.composer.form.requestSubmit();
    await this.pause(400);
  }

  /** The next version that nothing in git is called by. */
  nextVersion() {
    const names = this.state("source").commits.flatMap((commit) => commit.refs.map((ref) => ref.tag ?? ref.branch)).concat(this.state("source").branches);
    const found = names.map((name) => /(\d+)\.(\d+)\.\d+/.exec(name)).filter(Boolean);
    const newest = found.map(([, major, minor]) => [Number(major), Number(minor)]).sort((one, other) => one[0] - other[0] || one[1] - other[1]).at(-1) ?? [1, 0];
    return `${newest[0]}.${newest[1] + 1}.0`;
  }
}
