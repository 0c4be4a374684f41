// What the acting person sees, kept as the server tells it. Whoever draws something listens for changes.

export class Store {
  constructor() {
    this.state = null;
    this.users = new Map();
    this.groups = new Map();
    this.channels = new Map();
    this.messages = new Map();
    this.views = new Map();
    this.listeners = new Set();
  }

  /** Call `listener(changes)` after each batch; null when everything is new. Returns how to stop. */
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  load(state) {
    this.state = state;
    const byId = (items) => new Map(items.map((item) => [item.id, item]));
    this.users = byId(state.users);
    this.groups = byId(state.groups);
    this.channels = byId(state.channels);
    this.views = byId(state.views);
    this.messages = new Map(
      Object.entries(state.messages).map(([channel, list]) => [channel, new Map(list.map((m) => [m.ts, m]))]),
    );
    this.tell(null);
  }

  apply(changes) {
    for (const change of changes) this.take(change);
    if (changes.length) this.tell(changes);
  }

  tell(changes) {
    for (const listener of [...this.listeners]) listener(changes);
  }

  take({ kind, key, item }) {
    const put = (map) => (item === null ? map.delete(key) : map.set(key, item));
    switch (kind) {
      case "message":
      case "message_deleted":
        return this.takeMessage(key, item);
      case "user":
        return put(this.users);
      case "usergroup":
        return put(this.groups);
      case "channel":
        return put(this.channels);
      case "view":
      case "view_closed":
        return put(this.views);
      case "choice":
        this.state.choices[key] = item;
        return undefined;
      case "connected":
      case "disconnected":
      case "setting":
        this.state.slack = item;
        return undefined;
      case "stack":
      case "home":
        this.state[kind] = item;
        return undefined;
      case "notice":
        this.state.notices = item;
        return undefined;
      case "bookmark":
        this.state.bookmarks = item;
        return undefined;
      case "read":
        this.state.read[key] = item;
        return undefined;
      case "file":
        if (item === null) delete this.state.files[key];
        else this.state.files[key] = item;
        return undefined;
      case "panel":
        this.state.panels[key] = item;
        return undefined;
      default:
        return undefined;
    }
  }

  takeMessage(key, item) {
    const [channel, ts] = key.split("/");
    if (!this.messages.has(channel)) this.messages.set(channel, new Map());
    if (item === null) this.messages.get(channel).delete(ts);
    else this.messages.get(channel).set(ts, item);
  }

  get me() {
    return this.users.get(this.state.me);
  }

  get people() {
    return [...this.users.values()].filter((user) => !user.is_bot && !user.deleted);
  }

  message(channel, ts) {
    return this.messages.get(channel)?.get(ts);
  }

  /** Messages of a channel as they stand in it, oldest first, without replies in threads. */
  inChannel(channel) {
    const all = [...(this.messages.get(channel)?.values() ?? [])];
    return all.filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.subtype === "thread_broadcast").sort(byTs);
  }

  /** A thread, its parent first. */
  inThread(channel, ts) {
    const all = [...(this.messages.get(channel)?.values() ?? [])];
    return all.filter((m) => m.ts === ts || m.thread_ts === ts).sort(byTs);
  }

  /** How many messages this person has not read, and whether one of them is to them. */
  unread(channel) {
    const after = this.state.read[channel] ?? "";
    const mine = `<@${this.state.me}>`;
    const direct = this.channels.get(channel)?.is_im;
    const fresh = this.inChannel(channel).filter((m) => m.ts > after && m.user !== this.state.me);
    return { count: fresh.length, called: fresh.some((m) => direct || m.text.includes(mine)) };
  }

  /** What a conversation is called for the acting person. */
  titleOf(channel) {
    if (!channel.is_im) return channel.name;
    return this.users.get(channel.user)?.real_name ?? channel.user;
  }
}

const byTs = (one, other) => (one.ts < other.ts ? -1 : 1);
