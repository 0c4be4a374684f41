// Times as the acting person reads them: in their own zone, whatever the browser's is.

const formats = new Map();

function format(tz, options) {
  const key = tz + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: tz, ...options }));
  return formats.get(key);
}

const of = (seconds, tz, options) => format(tz, options).format(new Date(seconds * 1000));

export const clockTime = (seconds, tz) => of(seconds, tz, { hour: "2-digit", minute: "2-digit" });
export const dayName = (seconds, tz) => of(seconds, tz, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
/** `Mon, 7 Dec, 04:00:10`, for a clock that is looked at. */
export const clockFace = (seconds, tz) => of(seconds, tz, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });

function parts(seconds, tz) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const list = format(tz, options).formatToParts(new Date(seconds * 1000));
  return Object.fromEntries(list.map((part) => [part.type, part.value]));
}

/** `2026-03-01T09:30` as `<input type="datetime-local">` wants it. */
export function toLocal(seconds, tz) {
  const { year, month, day, hour, minute } = parts(seconds, tz);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** Seconds since the epoch of a local time; where the clock was put forward, the moment after. */
export function toEpoch(local, tz) {
  const wanted = Date.parse(`${local}Z`) / 1000;
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    guess += wanted - Date.parse(`${toLocal(guess, tz)}Z`) / 1000;
  }
  return guess;
}

const DATE_TOKENS = {
  date_num: (s, tz) => toLocal(s, tz).slice(0, 10),
  date: (s, tz) => of(s, tz, { day: "numeric", month: "long", year: "numeric" }),
  date_short: (s, tz) => of(s, tz, { day: "numeric", month: "short", year: "numeric" }),
  date_long: dayName,
  time: clockTime,
  time_secs: (s, tz) => of(s, tz, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (s) => ago(s, Date.now() / 1000),
};

/** Slack's `{date_short_pretty} at {time}`, filled in; unknown tokens stay as they are. */
export function fillDate(pattern, seconds, tz) {
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    const plain = token.replace(/_pretty$/, "");
    if (plain !== token) {
      const near = nearDay(seconds, tz);
      if (near) return near;
    }
    return DATE_TOKENS[plain]?.(seconds, tz) ?? whole;
  });
}

function nearDay(seconds, tz) {
  const day = (at) => Date.parse(toLocal(at, tz).slice(0, 10));
  const apart = Math.round((day(seconds) - day(Date.now() / 1000)) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[apart];
}

/** "3 minutes ago", "in 2 hours". */
export function ago(seconds, now) {
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const apart = seconds - now;
  for (const [unit, size] of [["day", 86_400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(apart) >= size) return words.format(Math.round(apart / size), unit);
  }
  return "just now";
}
