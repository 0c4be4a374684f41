// Where the person is: `#/ann/releases`, `#/ann/releases/THREAD`, `#/ann/@home`. The address can be kept and shared.

export function readRoute() {
  const [person = "", place = "", thread = ""] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { person, place, thread };
}

export const address = ({ person, place, thread = "" }) => `#/${[person, place, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;

export function go(route, { replace = false } = {}) {
  const to = address(route);
  if (to === location.hash) return;
  if (replace) {
    history.replaceState(null, "", to);
    globalThis.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = to;
  }
}
