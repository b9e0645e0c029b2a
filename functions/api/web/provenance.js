// How a cover was made: the artwork and its labels, the prompt's phrases, the painting.

import { externalLink, h, imageWithRetry } from "./dom.js";
import { formatPercent, formatUsd } from "./format.js";
import { NOT_STORED, PHRASE_PARTS, PHRASE_SOURCES, SPOTIFY_URL } from "./strings.js";

const OPEN_SONGS = 6;

/** A numbered section of a cover's view, to which the overview leads. */
export function numberedSection(number, title, ...children) {
  return h(
    "section",
    { class: "numbered" },
    h("h2", { id: `part-${number}`, tabindex: "-1" }, h("span", { class: "number" }, number), title),
    children,
  );
}

/** Album artwork as Spotify shows it, never cropped. It is deleted after seven days, so it may be missing. */
export function artworkImage(song, size, alt = `Artwork of “${song.album}” by ${song.artist}`) {
  const missing = () => h("span", { class: "art missing" }, NOT_STORED);
  return imageWithRetry({ class: "art", src: song.artwork, alt, width: size, height: size, loading: "lazy" }, missing);
}

function labelList(song, isDetectDone) {
  if (!isDetectDone) return null;
  if (!song.objects.length) return h("p", { class: "hint" }, "nothing recognized");
  return h(
    "ul",
    { class: "labels", "aria-label": "Recognized objects" },
    song.objects.map(({ label, score }) => h("li", {}, label, " ", h("span", {}, formatPercent(score)))),
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

/** The songs' artwork, with labels once detect is done, and the skipped albums. */
export function artworkSection({ songs, excludedAlbums, isDetectDone }) {
  if (!songs.length && !excludedAlbums.length) return null;
  const [firstSongs, otherSongs] = [songs.slice(0, OPEN_SONGS), songs.slice(OPEN_SONGS)];
  const items = (part) => part.map((song) => songItem(song, isDetectDone));
  return numberedSection(
    1,
    "Seen on your artwork",
    h("ol", { class: "songs" }, items(firstSongs)),
    otherSongs.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${otherSongs.length} more`),
        h("ol", { class: "songs", start: OPEN_SONGS + 1 }, items(otherSongs)),
      ),
    excludedAlbums.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${excludedAlbums.length} skipped`),
        h(
          "ul",
          { class: "left-out" },
          excludedAlbums.map(({ album, reason }) => h("li", {}, album && [h("b", {}, album), ": "], reason)),
        ),
      ),
    h("p", { class: "hint attribution" }, "Artwork and metadata from ", externalLink(SPOTIFY_URL, "Spotify")),
  );
}

/** The phrases of a prompt, each with its source. */
export function phraseList(prompt) {
  return h(
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
  );
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

/** The painting, with its painter and cost. */
export function paintingFigure({ image, backend, model, cost_usd: costUsd, note, credit }) {
  const painter = backend === "painter" ? "the built-in painter" : `OpenAI’s ${model}`;
  return h(
    "figure",
    { class: "painting" },
    imageWithRetry({ src: image, alt: "The painting before styling", width: 320, height: 320 }),
    h(
      "figcaption",
      {},
      h("p", {}, `Painted by ${painter}. It cost ${formatUsd(costUsd)}.`),
      note && h("p", {}, note),
      credit && h("p", { class: "hint" }, `Pictogram: ${credit}`),
    ),
  );
}
