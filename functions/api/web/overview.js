// The chain at a glance, each link filled as it comes about; a link leads to its section.

import { artwork } from "./chain.js";
import { h, imageWithRetry } from "./dom.js";

const NAMES = ["Artwork", "Prompt", "Painting", "Style", "Cover"];

function goTo(number) {
  const heading = document.getElementById(`link-${number}`);
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

/** Up to four pieces of artwork, side by side and each whole. */
function several(songs) {
  const few = songs.length < 4 ? songs.slice(0, 1) : songs.slice(0, 4);
  return h(
    "span",
    { class: few.length > 1 ? "several" : "" },
    few.map((song) => artwork(song, 60, "")),
  );
}

function pictures({ songs, prompt, painting, images, done }) {
  const image = (address) => imageWithRetry({ src: address, alt: "", width: 120, height: 120 });
  const styles = prompt && songs.filter((song) => prompt.style_albums.includes(song.album_id));
  return [
    several(songs),
    prompt && h("span", { class: "words", "aria-hidden": "true" }, prompt.phrases[0]?.text ?? prompt.text),
    painting && image(painting.image),
    done && (styles.length ? several(styles) : h("span", { class: "words" }, "as painted")),
    images && image(images.thumbnail),
  ];
}

export function overview(cover) {
  if (!cover.songs.length) return null;
  const shown = pictures(cover);
  return h(
    "ol",
    { class: "overview", "aria-label": "How this cover came about" },
    NAMES.map((name, at) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", disabled: !shown[at], onclick: () => goTo(at + 1) },
          shown[at] || h("span", { class: "yet" }),
          h("span", { class: "name" }, name),
        ),
      ),
    ),
  );
}
