// The emoji by which release messages say how things stand, drawn here: they look alike on every machine, also where
// no emoji font is installed. All others are characters.

import { svg } from "./dom.js";

const CIRCLE = "M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16z";
const SQUARE = "M5 2.5h10A2.5 2.5 0 0 1 17.5 5v10a2.5 2.5 0 0 1-2.5 2.5H5A2.5 2.5 0 0 1 2.5 15V5A2.5 2.5 0 0 1 5 2.5z";
// name: [colour, filled shape, lines on it]
const SIGNS = {
  white_check_mark: ["good", SQUARE, "M6 10.3l2.8 2.8L14 7.6"],
  heavy_check_mark: ["good", "", "M4 10.5l4 4L16.5 5.5"],
  ballot_box_with_check: ["blue", SQUARE, "M6 10.3l2.8 2.8L14 7.6"],
  x: ["bad", "", "M4.5 4.5l11 11M15.5 4.5l-11 11"],
  no_entry: ["bad", CIRCLE, "M6 10h8"],
  no_entry_sign: ["bad", "", `${CIRCLE}M4.6 4.6l10.8 10.8`],
  warning: ["warn", "M10 2.2L18.6 17.4H1.4z", "M10 8v4M10 14.8v.01"],
  exclamation: ["bad", "", "M10 3v9M10 16.4v.01"],
  question: ["bad", "", "M6.5 6.5a3.5 3.5 0 1 1 5 3.2c-1 .6-1.5 1.2-1.5 2.6M10 16.4v.01"],
  information_source: ["blue", SQUARE, "M10 9.3V14M10 6.2v.01"],
  hourglass_flowing_sand: ["soft", "", "M5.5 3h9M5.5 17h9M6.5 3v3c0 2 3.5 3 3.5 4s-3.5 2-3.5 4v3M13.5 3v3c0 2-3.5 3-3.5 4s3.5 2 3.5 4v3"],
  hourglass: ["soft", "", "M5.5 3h9M5.5 17h9M6.5 3v3c0 2 3.5 3 3.5 4s-3.5 2-3.5 4v3M13.5 3v3c0 2-3.5 3-3.5 4s3.5 2 3.5 4v3"],
  arrows_counterclockwise: ["blue", "", "M16 8a6.3 6.3 0 0 0-11.4-1.2M4 12a6.3 6.3 0 0 0 11.4 1.2M4.3 3.2v3.8h3.8M15.7 16.8V13h-3.8"],
  rocket: ["blue", "", "M8 14l-2-2c1-4 3.5-8 9.5-9C14.500 9 11 12.500 8 14zM6 12l-3 .8L6.200 8.500M8 14l-.8 3 4.300-3.200M12 8v.01M4.500 15.500L3 17"],
  package: ["soft", "", "M10 2.5l7 3.5v8l-7 3.500-7-3.500V6zM3 6l7 3.500L17 6M10 9.500v8"],
  lock: ["soft", "", "M4.500 9h11v8h-11zM7 9V6.500a3 3 0 0 1 6 0V9"],
  red_circle: ["bad", CIRCLE, ""],
  large_orange_circle: ["warn", CIRCLE, ""],
  large_yellow_circle: ["warn", CIRCLE, ""],
  large_green_circle: ["good", CIRCLE, ""],
  large_blue_circle: ["blue", CIRCLE, ""],
  white_circle: ["soft", "", CIRCLE],
  checkered_flag: ["soft", "", "M4 2.500v15M4 3.500h12v8H4M8 3.500v8M12 3.500v8M4 7.500h12"],
  eyes: ["soft", "", "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"],
};

/** The drawing of an emoji's name, or null. */
export function sign(name) {
  const found = SIGNS[name];
  if (!found) return null;
  const [colour, shape, lines] = found;
  return svg(
    "svg",
    { viewBox: "0 0 20 20", class: `sign ${colour}`, "aria-hidden": "true", focusable: "false" },
    shape ? svg("path", { d: shape, class: "shape" }) : null,
    lines ? svg("path", { d: lines, class: shape ? "on" : "lines" }) : null,
  );
}
