// data_visualization as SVG, with the same figures as a table for those who do not see it.

import { h, newId, svg } from "./dom.js";
import { unescape } from "./mrkdwn.js";

const WIDTH = 480;
const HEIGHT = 200;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 8;

const paint = (n) => `paint-${n % 6}`;

function scale(series) {
  const values = series.flatMap((each) => each.data.map((point) => point.value));
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const span = most - least || 1;
  return { least, most, y: (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - least) / span) };
}

function frame({ least, most, y }) {
  return [least, (least + most) / 2, most].map((value) =>
    svg("g", {}, svg("line", { x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value), class: "grid" }), svg("text", { x: LEFT - 6, y: y(value) + 4, class: "tick end" }, round(value))),
  );
}

const round = (value) => String(Math.round(value * 100) / 100);

function names(categories, place) {
  const every = Math.ceil(categories.length / 8);
  return categories.map((name, n) => (n % every ? null : svg("text", { x: place(n), y: HEIGHT - 6, class: "tick middle" }, unescape(name))));
}

function bars({ series, axis_config: axis }) {
  const by = scale(series);
  const slot = (WIDTH - LEFT) / axis.categories.length;
  const thick = Math.min(48, (slot * 0.7) / series.length);
  const start = (n) => LEFT + slot * n + (slot - thick * series.length) / 2;
  const bar = (each, s) =>
    each.data.map((point, n) => svg("rect", { x: start(n) + thick * s, width: thick - 2, y: Math.min(by.y(point.value), by.y(0)), height: Math.abs(by.y(point.value) - by.y(0)), rx: 2, class: paint(s) }));
  return [frame(by), series.map(bar), names(axis.categories, (n) => LEFT + slot * (n + 0.5))];
}

function lines({ type, series, axis_config: axis }) {
  const by = scale(series);
  const step = (WIDTH - LEFT - 40) / Math.max(1, axis.categories.length - 1);
  const x = (n) => LEFT + 20 + step * n;
  const drawn = series.map((each, s) => {
    const path = each.data.map((point, n) => `${n ? "L" : "M"}${x(n)} ${by.y(point.value)}`).join("");
    const area = type === "area" ? svg("path", { d: `${path}L${x(each.data.length - 1)} ${by.y(0)}L${x(0)} ${by.y(0)}Z`, class: `${paint(s)} faint` }) : null;
    return [area, svg("path", { d: path, class: `${paint(s)} line` })];
  });
  return [frame(by), drawn, names(axis.categories, x)];
}

function pie({ segments }) {
  const whole = segments.reduce((sum, segment) => sum + Math.max(0, segment.value), 0) || 1;
  const [cx, cy, r] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - TOP];
  let turned = 0;
  const at = (part) => `${cx + r * Math.sin(part * 2 * Math.PI)} ${cy - r * Math.cos(part * 2 * Math.PI)}`;
  return segments.map((segment, n) => {
    const part = Math.max(0, segment.value) / whole;
    const [from, to] = [turned, (turned += part)];
    if (part >= 1) return svg("circle", { cx, cy, r, class: paint(n) });
    return svg("path", { d: `M${cx} ${cy}L${at(from)}A${r} ${r} 0 ${part > 0.5 ? 1 : 0} 1 ${at(to)}Z`, class: `${paint(n)} slice` });
  });
}

function figures(chart) {
  if (chart.type === "pie") {
    return h("table", {}, h("tbody", {}, chart.segments.map((each) => h("tr", {}, h("th", { scope: "row" }, unescape(each.label)), h("td", {}, round(each.value))))));
  }
  const head = h("tr", {}, h("td"), chart.axis_config.categories.map((name) => h("th", { scope: "col" }, unescape(name))));
  const row = (each) => h("tr", {}, h("th", { scope: "row" }, unescape(each.name)), each.data.map((point) => h("td", {}, round(point.value))));
  return h("table", {}, h("thead", {}, head), h("tbody", {}, chart.series.map(row)));
}

function legend(chart) {
  const entries = chart.type === "pie" ? chart.segments.map((each) => each.label) : chart.series.map((each) => each.name);
  return h("ul", { class: "legend", "aria-hidden": "true" }, entries.map((name, n) => h("li", {}, h("span", { class: `swatch ${paint(n)}` }), unescape(name))));
}

const DRAW = { bar: bars, line: lines, area: lines, pie };

export function chart(block) {
  const title = newId("chart");
  const { chart: what } = block;
  const axes = [what.axis_config?.x_label, what.axis_config?.y_label].filter(Boolean).map(unescape).join(" · ");
  return h(
    "figure",
    { class: "chart", "aria-labelledby": title },
    h("figcaption", { id: title }, unescape(block.title), axes ? h("small", {}, ` ${axes}`) : null),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, ...DRAW[what.type](what).flat(3)),
    legend(what),
    h("details", { class: "figures" }, h("summary", {}, "Figures"), h("div", { class: "table-box" }, figures(what))),
  );
}
