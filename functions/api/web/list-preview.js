// A cover at the size at which it will live: in the listener's list of playlists.

import { h, imageWithRetry } from "./dom.js";
import { formatCount } from "./format.js";
import { playlistImage } from "./playlist-image.js";
import { playlistListing } from "./playlist-listing.js";

const NEIGHBORS = 2; // playlists above and below the chosen one

/** The listener's list of playlists around the one that the cover is for, with the chosen picture in it.
 *
 * `onFind(name)` is called with that playlist's name, which a new cover does not have yet. */
export function listPreview(onError, onFind) {
  const element = h("section", { class: "stack", hidden: true }, h("h2", {}, "In your list"));
  const list = h("ul", { class: "in-list" });
  const messages = h("div");
  let picture;
  element.append(list, messages);

  async function load(id) {
    const playlists = await playlistListing().readAll();
    const place = playlists.findIndex((playlist) => playlist.id === id);
    if (place < 0) return;
    onFind(playlists[place].name);
    const rows = playlists.slice(Math.max(0, place - NEIGHBORS), place + NEIGHBORS + 1);
    list.replaceChildren(...rows.map((playlist) => row(playlist, playlist.id === id)));
    element.hidden = false;
    showPicture(picture);
  }
  function row(playlist, isChosen) {
    const count = formatCount(playlist.items, "song");
    return h(
      "li",
      { class: isChosen && "chosen" },
      playlistImage(playlist, 48),
      h("span", {}, h("b", {}, playlist.name), h("span", { class: "hint" }, isChosen ? `${count} · your pick` : count)),
    );
  }
  function showPicture(source) {
    picture = source;
    const image = list.querySelector(".chosen .picture");
    if (!image || !source) return;
    image.replaceWith(imageWithRetry({ class: "picture", src: source, alt: "", width: 48, height: 48 }));
  }
  let hasStarted = false;
  return {
    element,
    show({ source, images }) {
      if (!hasStarted && source?.kind === "playlist")
        load(source.playlist_id).catch((error) => onError(error, messages));
      hasStarted = true;
      if (images && images.thumbnail !== picture) showPicture(images.thumbnail);
    },
  };
}
