// The built-in looks, as pictures to choose from: each makes the covers of a library one series.

import { api } from "./api-client.js";
import { card } from "./controls.js";
import { h } from "./dom.js";

const TILES = 3;
let reading = null;

/** The looks, read once. Raises ApiError. */
function readLooks() {
  reading ??= api.getLooks().catch((error) => {
    reading = null;
    throw error;
  });
  return reading;
}

/** Three covers of a look; the pictures' order is that of the API (scripts/looks.py draws them). */
function lookPicture(row, count) {
  const tiles = Array.from({ length: TILES }, (_, column) => {
    const tile = h("span", { class: "picture series-picture" });
    tile.style.setProperty("--column", column);
    tile.style.setProperty("--row", row / (count - 1));
    return tile;
  });
  return h("span", { class: "picture trio" }, tiles);
}

/** A list of looks, whose value in the form's data is `look`. They appear when they are read; then `onLoad()`.
 *
 * `checked` is the id of the look that is chosen, "first", or null. */
export function lookCards({ checked = null, onLoad = () => {}, onError, messages }) {
  const list = h("ul", { class: "looks" });
  readLooks()
    .then(({ items }) => {
      for (const [row, { id, name }] of items.entries()) {
        const isChecked = id === checked || (checked === "first" && row === 0);
        const attributes = { checked: isChecked };
        list.append(card("radio", "look", id, lookPicture(row, items.length), name, null, attributes));
      }
      onLoad();
    })
    .catch((error) => onError(error, messages));
  return list;
}
