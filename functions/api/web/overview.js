// The parts of a cover at a glance.

import { h, imageWithRetry } from "./dom.js";
import { artworkImage } from "./provenance.js";

// What a prompt shows, in short: the first of these parts.
const SHOWN_PARTS = ["direction", "subject", "composition"];
const TITLES = ["Artwork", "Prompt", "Painting", "Style", "Cover"];

function goToSection(number) {
  const heading = document.getElementById(`part-${number}`);
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

/** Four pieces of artwork side by side, or the first if there are fewer. */
function artworkGrid(songs) {
  const firstSongs = songs.slice(0, songs.length < 4 ? 1 : 4);
  return h(
    "span",
    { class: firstSongs.length > 1 ? "artwork-grid" : "" },
    firstSongs.map((song) => artworkImage(song, 60, "")),
  );
}

function previews({ songs, prompt, painting, images, isDone }) {
  const image = (src) => imageWithRetry({ src, alt: "", width: 120, height: 120 });
  const styleSongs = prompt && songs.filter((song) => prompt.style_albums.includes(song.album_id));
  return [
    artworkGrid(songs),
    prompt &&
      h(
        "span",
        { class: "excerpt", "aria-hidden": "true" },
        (prompt.phrases.find(({ part }) => SHOWN_PARTS.includes(part)) ?? prompt).text,
      ),
    painting && image(painting.image),
    isDone && (styleSongs.length ? artworkGrid(styleSongs) : h("span", { class: "excerpt" }, "as painted")),
    images && image(images.thumbnail),
  ];
}

/** A preview of each part of a cover, which leads to its section; parts appear as they are made. */
export function overview(cover) {
  if (!cover.songs.length) return null;
  return h(
    "ol",
    { class: "overview", "aria-label": "How this cover was made" },
    previews(cover).map((preview, index) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", disabled: !preview, onclick: () => goToSection(index + 1) },
          preview || h("span", { class: "pending" }),
          h("span", { class: "name" }, TITLES[index]),
        ),
      ),
    ),
  );
}
