// A button with a menu: arrows move, Enter chooses, Escape closes and gives the focus back.

import { h, newId } from "./dom.js";

let openMenu = null;

document.addEventListener("pointerdown", (event) => {
  if (openMenu && !openMenu.box.contains(event.target)) openMenu.close(false);
});

/**
 * `items` gives `{label, detail, choose}` when the menu is opened, or nothing for an empty menu.
 * `button` are the properties of the button, `face` what stands on it.
 */
export function menuButton({ label, face, items, className = "icon-button", key = null }) {
  const id = newId("menu");
  const button = h("button", { type: "button", class: className, "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false", "data-key": key }, face);
  const list = h("div", { role: "menu", id, class: "menu", "aria-label": label, hidden: true });
  const box = h("span", { class: "menu-box" }, button, list);
  const menu = { box, close };

  function open(last = false) {
    openMenu?.close(false);
    const found = items();
    list.replaceChildren(
      ...(found.length ? found.map(entry) : [h("p", { class: "menu-empty" }, "Nothing here.")]),
    );
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    openMenu = menu;
    const entries = [...list.querySelectorAll("[role=menuitem]")];
    (last ? entries.at(-1) : entries[0])?.focus();
    keepInside(list);
  }

  function close(refocus = true) {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (openMenu === menu) openMenu = null;
    if (refocus) button.focus();
  }

  function entry({ label: words, detail, choose }) {
    const run = () => {
      close();
      choose();
    };
    return h("button", { type: "button", role: "menuitem", tabindex: "-1", on: { click: run } }, h("span", {}, words), detail ? h("small", {}, detail) : null);
  }

  button.addEventListener("click", () => (list.hidden ? open() : close()));
  button.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      open(event.key === "ArrowUp");
    }
  });
  list.addEventListener("keydown", (event) => move(event, list, close));
  return box;
}

function move(event, list, close) {
  const entries = [...list.querySelectorAll("[role=menuitem]")];
  const at = entries.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % entries.length, ArrowUp: (at - 1 + entries.length) % entries.length, Home: 0, End: entries.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    entries[to]?.focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "Tab") {
    close(false);
  }
}

/** Turn a menu the other way where it would leave the window. */
export function keepInside(list) {
  list.classList.remove("to-left", "upwards");
  const box = list.getBoundingClientRect();
  list.classList.toggle("to-left", box.right > innerWidth - 8);
  list.classList.toggle("upwards", box.bottom > innerHeight - 8 && box.top > box.height);
}
