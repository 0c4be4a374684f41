// Makes elements. Text is only ever set as text: nothing here, and nothing in the page, parses HTML.

const SVG = "http://www.w3.org/2000/svg";
let serial = 0;

/** An id that was never used on this page. */
export const newId = (prefix) => `${prefix}-${++serial}`;

function setProperty(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
  } else if (name === "data") {
    for (const [key, word] of Object.entries(value)) element.dataset[key] = word;
  } else if (name === "value" || name === "checked") {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** `h("p", {class: "x", on: {click}}, "text", node)`: an element; empty properties and children are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  append(element, children);
  for (const [name, value] of Object.entries(properties)) setProperty(element, name, value);
  return element;
}

/** The same for SVG. */
export function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  append(element, children);
  for (const [name, value] of Object.entries(properties)) setProperty(element, name, value);
  return element;
}

const ICONS = {
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  menu: "M3 5h14M3 10h14M3 15h14",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  reply: "M8 5L3 10l5 5M3 10h9a5 5 0 0 1 5 5v1",
  send: "M3 10l14-7-5 14-3-6z",
  plus: "M10 4v12M4 10h12",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  lock: "M5 9h10v7H5zM7 9V7a3 3 0 0 1 6 0v2",
  down: "M5 8l5 5 5-5",
  sun: "M10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 1v2M10 17v2M1 10h2M17 10h2M4 4l1 1M15 15l1 1M16 4l-1 1M5 15l-1 1",
  moon: "M16 12A7 7 0 0 1 8 4a7 7 0 1 0 8 8z",
  both: "M10 2a8 8 0 1 0 0 16zM10 2a8 8 0 0 1 0 16",
  panel: "M3 4h14v12H3zM12 4v12",
  picture: "M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4M13 8v.01",
  good: "M6 9l3-6c1.500 0 2 1 2 2v3h5l-1.500 8H6zM3 9h3v8H3z",
  poor: "M14 11l-3 6c-1.500 0-2-1-2-2v-3H4l1.500-8H14zM17 11h-3V3h3z",
  trash: "M4 6h12M8 6V4h4v2M6 6l.7 11h6.600L14 6",
  film: "M3 4h14v12H3zM8 7.500l5 2.500-5 2.500z",
  link: "M8 12l4-4M7 9l-2 2a2.8 2.8 0 0 0 4 4l2-2M13 11l2-2a2.8 2.8 0 0 0-4-4L9 7",
};

/** A small drawing that says nothing to a screen reader. */
export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }),
  );
}

// The control itself, or the only one that does the same for something newer.
function found(container, key) {
  const exact = container.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const alike = exact ? [] : container.querySelectorAll(`[data-key^="${CSS.escape(`${key.split("|")[0]}|`)}"]`);
  return exact ?? (alike.length === 1 ? alike[0] : null);
}

/** Replace what is inside `container`, and give the focus back to the control that had it. */
export function redraw(container, ...children) {
  const focused = container.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key;
  const range = focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
  container.replaceChildren();
  append(container, children);
  if (focused === null || focused === container) return;
  const again = key ? found(container, key) : null;
  if (again) {
    again.focus({ preventScroll: true });
    if (range && range[0] !== null && "setSelectionRange" in again) again.setSelectionRange(...range);
  } else if (container.tabIndex >= -1 && container.hasAttribute("tabindex")) {
    container.focus({ preventScroll: true });
  }
}
