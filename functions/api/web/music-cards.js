// What the picker of music is made of: cards, and fields for how much of the music is used.

import { card, numberField, uniqueId } from "./controls.js";
import { h } from "./dom.js";
import { formatCount } from "./format.js";
import { playlistImage } from "./playlist-image.js";
import { TIME_RANGES } from "./strings.js";

/** A picture of words. */
export const labelPicture = (label) => h("span", { class: "picture top-artists", "aria-hidden": "true" }, label);
export const TOP_LABEL = "Your top artists";

/** A playlist as a radio button. */
export function playlistCard(playlist) {
  const songs = playlist.items === 0 ? "empty" : formatCount(playlist.items, "song");
  const isReadable = playlist.owned || playlist.collaborative;
  return card(
    "radio",
    "source",
    playlist.id,
    playlistImage(playlist, 160),
    playlist.name,
    isReadable ? songs : `${songs}, not yours`,
    { disabled: playlist.items === 0 },
  );
}

/** How much of the music is used: fields for top artists, and for a playlist. */
export function amountFields() {
  const id = uniqueId("range");
  const options = Object.entries(TIME_RANGES).map(([value, name]) =>
    h("option", { value, selected: value === "medium_term" }, `${name[0].toUpperCase()}${name.slice(1)}`),
  );
  return {
    top: [
      h("div", { class: "field" }, h("label", { for: id }, "Period"), h("select", { id, name: "time_range" }, options)),
      numberField("artists", "Artists", 10, 50),
    ],
    playlist: [numberField("albums", "Maximum albums", 20, 50)],
  };
}
