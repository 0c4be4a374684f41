// The page's connection: the state, then changes over a WebSocket; acts by POST. It always comes back.

const FIRST_DELAY = 400;
const LONGEST_DELAY = 8000;

/** What went wrong, in words for the person. */
export class Refused extends Error {
  constructor(words, status = 0) {
    super(words);
    this.status = status;
  }
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Refused("The sandbox cannot be reached. Is it still running?");
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 403 && !sessionStorage.getItem("loaded-again")) {
    // The sandbox was started anew and has another key; a fresh load gets it. Once, so as never to go in circles.
    sessionStorage.setItem("loaded-again", "yes");
    location.reload();
  }
  if (!answer.ok) throw new Refused(body.error ?? `The sandbox answered ${answer.status}.`, answer.status);
  return body;
}

/** JSON from one of the page's own routes. */
export const get = (path) => ask(path);

/** Post JSON to one of the page's own routes. */
export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export class Wire {
  /** `onStatus(status, why)`; `onNobody()` is asked whether somebody else acts where a person is not there. */
  constructor(store, onStatus, onNobody) {
    this.store = store;
    this.onStatus = onStatus;
    this.onNobody = onNobody;
    this.person = "";
    this.socket = null;
    this.timer = 0;
    this.delay = FIRST_DELAY;
    this.turn = 0;
    globalThis.addEventListener("online", () => this.again(0));
  }

  /** Become a person: everything is loaded anew. */
  become(person) {
    this.person = person;
    this.delay = FIRST_DELAY;
    return this.connect();
  }

  /** Do something in this person's name; `Refused` says why it could not be done. */
  async act(deed) {
    const answer = await post(`/page/act?as=${encodeURIComponent(this.person)}`, deed);
    return answer.result;
  }

  async connect() {
    const turn = ++this.turn;
    clearTimeout(this.timer);
    this.socket?.close();
    try {
      const state = await get(`/page/state?as=${encodeURIComponent(this.person)}`);
      if (turn !== this.turn) return;
      sessionStorage.removeItem("loaded-again");
      this.store.load(state);
      this.listen(state.number, turn);
    } catch (error) {
      if (turn !== this.turn || (error.status === 404 && this.onNobody())) return;
      this.again(this.delay, error.message);
    }
  }

  listen(number, turn) {
    const address = new URL(`/page/live?as=${encodeURIComponent(this.person)}&after=${number}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.delay = FIRST_DELAY;
      this.onStatus("live");
    });
    socket.addEventListener("message", (event) => {
      if (turn === this.turn) this.store.apply(JSON.parse(event.data).changes);
    });
    socket.addEventListener("close", () => {
      if (turn === this.turn) this.again(this.delay);
    });
  }

  again(delay, why = "") {
    this.onStatus("reconnecting", why);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), delay * (0.75 + Math.random() / 2));
    this.delay = Math.min(LONGEST_DELAY, Math.max(FIRST_DELAY, delay * 2));
  }
}
