// The table block and the data_table with its pages and sorting.

import { h, icon, newId } from "./dom.js";
import { drawElement } from "./elements.js";
import { unescape } from "./mrkdwn.js";
import { richText } from "./richtext.js";

function inside(cell, block, context) {
  if (cell.type === "rich_text") return richText(cell, context.store);
  if (cell.type === "action_cell") return h("div", { class: "actions" }, cell.elements.map((each) => drawElement(each, block, context)));
  return unescape(cell.text);
}

function cellOf(tag, cell, column, block, context, scope = null) {
  const settings = block.column_settings?.[column];
  const side = settings?.align ?? (cell.type === "raw_number" ? "right" : "left");
  return h(tag, { class: `to-${side}${settings?.is_wrapped ? " wrapped" : ""}`, scope }, inside(cell, block, context));
}

export function table(block, context) {
  const [first, ...rest] = block.rows;
  const row = (tag, scope) => (cells) => h("tr", {}, cells.map((cell, column) => cellOf(tag, cell, column, block, context, scope)));
  return h(
    "div",
    { class: "table-box", role: "region", "aria-label": "Table", tabindex: "0" },
    h("table", {}, h("thead", {}, row("th", "col")(first)), h("tbody", {}, rest.map(row("td", null)))),
  );
}

const worth = (cell) => (cell.type === "raw_number" ? cell.value : (cell.text ?? ""));
const compare = (one, other) => (typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other)));

export function dataTable(block, context) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? 5;
  const view = { page: 0, column: -1, down: false };
  const box = h("div", { class: "data-table" });
  const caption = newId("caption");

  function sorted() {
    if (view.column < 0) return rows;
    const inOrder = [...rows].sort((one, other) => compare(worth(one[view.column]), worth(other[view.column])));
    return view.down ? inOrder.reverse() : inOrder;
  }

  function sort(column) {
    Object.assign(view, view.column === column ? { down: !view.down } : { column, down: false }, { page: 0 });
    draw(`sort-${column}`);
  }

  function headCell(cell, column) {
    const order = view.column === column ? (view.down ? "descending" : "ascending") : null;
    const words = cell.text ? unescape(cell.text) : "Column";
    return h(
      "th",
      { scope: "col", "aria-sort": order },
      h("button", { type: "button", class: "sort", "data-key": `sort-${column}`, on: { click: () => sort(column) } }, words, order ? h("span", { "aria-hidden": "true" }, view.down ? " ↓" : " ↑") : null),
    );
  }

  function draw(focus = "") {
    const pages = Math.ceil(rows.length / size);
    const shown = sorted().slice(view.page * size, (view.page + 1) * size);
    const turn = (by) => () => {
      view.page += by;
      draw(by < 0 ? "before" : "after");
    };
    const header = block.row_header_column_index;
    const body = shown.map((cells) => h("tr", {}, cells.map((cell, column) => cellOf(column === header ? "th" : "td", cell, column, block, context, column === header ? "row" : null))));
    box.replaceChildren(
      h("div", { class: "table-box", role: "region", "aria-labelledby": caption, tabindex: "0" }, h("table", {}, h("caption", { id: caption }, unescape(block.caption)), h("thead", {}, h("tr", {}, head.map(headCell))), h("tbody", {}, body))),
      pages > 1
        ? h(
            "div",
            { class: "pages" },
            h("button", { type: "button", class: "icon-button", "aria-label": "Page before", disabled: view.page === 0, "data-key": "before", on: { click: turn(-1) } }, icon("back")),
            h("span", { role: "status" }, `Page ${view.page + 1} of ${pages}`),
            h("button", { type: "button", class: "icon-button flipped", "aria-label": "Next page", disabled: view.page >= pages - 1, "data-key": "after", on: { click: turn(1) } }, icon("back")),
          )
        : "",
    );
    if (focus) box.querySelector(`[data-key="${focus}"]:not([disabled])`)?.focus();
  }
  draw();
  return box;
}
