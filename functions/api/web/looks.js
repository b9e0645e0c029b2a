// Looks to choose from: media, by the words that a listener would use for them.

import { h } from "./dom.js";

/** `words` decide the technique; pictures and order as in scripts/looks.py, which paints them. */
export const LOOKS = [
  { words: "linocut", name: "Linocut" },
  { words: "risograph", name: "Two-ink print" },
  { words: "sumi", name: "Brush and ink" },
  { words: "papercut", name: "Cut paper" },
  { words: "neon", name: "Neon" },
  { words: "mosaic", name: "Mosaic" },
];

/** A picture of a look; `column` is 0 to 2. */
export function lookPicture(row, column) {
  const element = h("span", { class: "picture look-picture" });
  element.style.setProperty("--column", column);
  element.style.setProperty("--row", row);
  return element;
}
