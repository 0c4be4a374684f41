// Faces of people and apps: initials on a colour of their own.

import { h } from "./dom.js";

const COLOURS = 8;

function number(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum % COLOURS;
}

/** A decoration: the name stands beside it. */
export function face(user, className = "") {
  if (user?.is_app) return h("img", { class: `face ${className}`, src: "/page/static/mark.svg", alt: "" });
  const words = (user?.real_name ?? "?").split(/\s+/).map((word) => word[0]).slice(0, 2).join("");
  return h("span", { class: `face colour-${number(user?.id ?? "")} ${className}`, "aria-hidden": "true" }, words.toUpperCase());
}
