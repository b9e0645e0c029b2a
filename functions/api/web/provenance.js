// How a cover came about: the artwork and what was seen on it, the words, the painting.

import { externalLink, h, imageWithRetry } from "./dom.js";
import { formatCost, formatCount, formatPercent } from "./format.js";
import { icon } from "./icons.js";
import { NOT_STORED, PHRASE_PARTS, PHRASE_SOURCES, SPOTIFY_URL } from "./strings.js";

/** Album artwork as Spotify shows it, never cropped. It is deleted after seven days, so it may be missing. */
export function artworkImage(song, size, alt = `Artwork of “${song.album}” by ${song.artist}`) {
  const missing = () => h("span", { class: "picture missing" }, NOT_STORED);
  return imageWithRetry(
    { class: "picture", src: song.artwork, alt, width: size, height: size, loading: "lazy" },
    missing,
  );
}

/** Who painted a painting, and what it cost. */
export function paintedBy({ backend, model, cost_usd: costUsd }) {
  const painter = backend === "painter" ? "the built-in painter" : `OpenAI’s ${model}`;
  return `By ${painter}, ${formatCost(costUsd)}.`;
}

function labelList(song, isDetectDone) {
  if (!isDetectDone) return null;
  if (!song.objects.length) return h("p", { class: "hint" }, "nothing recognized");
  return h(
    "ul",
    { class: "chips", "aria-label": "Recognized objects" },
    song.objects.map(({ label, score }) => h("li", {}, label, " ", h("span", { class: "hint" }, formatPercent(score)))),
  );
}

function songItem(song, isDetectDone) {
  const facts = [song.year, ...song.genres.slice(0, 2)].filter(Boolean).join(" · ");
  return h(
    "li",
    {},
    h(
      "figure",
      { class: "song" },
      artworkImage(song, 300),
      h(
        "figcaption",
        {},
        h("b", {}, song.artist),
        externalLink(song.album_url, song.album),
        h("span", { class: "hint" }, facts),
        labelList(song, isDetectDone),
      ),
    ),
  );
}

/** All songs' artwork, with labels once detect is done, and the skipped albums. */
export function artworkList({ songs, excludedAlbums, isDetectDone }) {
  if (!songs.length && !excludedAlbums.length) return null;
  return h(
    "div",
    { class: "stack" },
    songs.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `Everything seen on ${formatCount(songs.length, "album")}`),
        h(
          "ol",
          { class: "songs" },
          songs.map((song) => songItem(song, isDetectDone)),
        ),
        h(
          "p",
          { class: "hint attribution" },
          icon("spotify"),
          h("span", {}, "Artwork and names from ", externalLink(SPOTIFY_URL, "Spotify")),
        ),
      ),
    excludedAlbums.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${formatCount(excludedAlbums.length, "album")} skipped`),
        h(
          "ul",
          {},
          excludedAlbums.map(({ album, reason }) => h("li", {}, album && [h("b", {}, album), ": "], reason)),
        ),
      ),
  );
}

/** The prompt, and each of its phrases with its source. */
export function promptSection(prompt) {
  return [
    h("h2", { class: "visually-hidden" }, "The words"),
    h("blockquote", {}, prompt.text),
    h(
      "dl",
      { class: "phrases" },
      prompt.phrases.map(({ part, text, source, detail }) =>
        h(
          "div",
          {},
          h("dt", {}, PHRASE_PARTS[part] ?? part),
          h(
            "dd",
            {},
            text,
            h(
              "span",
              { class: "hint" },
              `${PHRASE_SOURCES[source] ?? source}: `,
              part === "colours" && source === "palette" ? swatches(prompt.palette) : detail,
            ),
          ),
        ),
      ),
    ),
  ];
}

function swatches(palette) {
  return h(
    "span",
    { class: "swatches" },
    palette.map((color) => {
      const swatch = h("span", { role: "img", "aria-label": color, title: color });
      swatch.style.backgroundColor = color;
      return swatch;
    }),
  );
}

/** The painting before its texture, and whose artwork or which pictures of the listener gave the texture. */
export function paintedSection({ painting, styleSongs, stylePictures }) {
  const own =
    stylePictures.length > 0 && formatCount(stylePictures.length, "picture of your own", "pictures of your own");
  const origins = [...(styleSongs ?? []).map(({ album }) => `“${album}”`), own].filter(Boolean).join(", ");
  return h(
    "details",
    { class: "painting" },
    h("summary", {}, "The painting before texture was added"),
    h(
      "figure",
      {},
      imageWithRetry({
        class: "picture",
        src: painting.image,
        alt: "The painting before texture was added",
        width: 320,
        height: 320,
        loading: "lazy",
      }),
      h(
        "figcaption",
        {},
        h("p", {}, paintedBy(painting)),
        styleSongs && h("p", {}, origins ? `Texture and light are from ${origins}.` : "No texture was added."),
        painting.credit && h("p", { class: "hint" }, `Pictogram: ${painting.credit}`),
      ),
    ),
  );
}
