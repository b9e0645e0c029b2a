// How a cover came about: what was seen, what was said, what was painted.

import { externalLink, h, imageWithRetry } from "./dom.js";
import { formatPercent, formatUsd } from "./format.js";
import { PHRASE_SOURCES, SPOTIFY_URL } from "./strings.js";

const AT_FIRST = 6;

export const attribution = () =>
  h("p", { class: "hint attribution" }, "Artwork and metadata from ", externalLink(SPOTIFY_URL, "Spotify"));

/** A link of the chain. */
export function link(number, name, ...children) {
  return h(
    "section",
    { class: "link" },
    h("h2", { id: `link-${number}`, tabindex: "-1" }, h("span", { class: "number" }, number), name),
    children,
  );
}

/** Album artwork as Spotify has it, whole; kept for seven days, so it may be gone. */
export function artwork(song, size, alt = `Artwork of “${song.album}” by ${song.artist}`) {
  const gone = () => h("span", { class: "art none" }, "no longer kept here");
  return imageWithRetry({ class: "art", src: song.artwork, alt, width: size, height: size, loading: "lazy" }, gone);
}

function labels(song, looked) {
  if (!looked) return null;
  if (!song.objects.length) return h("p", { class: "hint" }, "nothing recognized");
  return h(
    "ul",
    { class: "labels", "aria-label": "Seen on it" },
    song.objects.map(({ label, score }) => h("li", {}, label, " ", h("span", {}, formatPercent(score)))),
  );
}

function figure(song, looked) {
  const facts = [song.year, ...song.genres.slice(0, 2)].filter(Boolean).join(" · ");
  return h(
    "li",
    {},
    h(
      "figure",
      { class: "song" },
      artwork(song, 300),
      h(
        "figcaption",
        {},
        h("b", {}, song.artist),
        externalLink(song.album_url, song.album),
        h("span", { class: "hint" }, facts),
        labels(song, looked),
      ),
    ),
  );
}

export function seen({ songs, left_out, looked }) {
  if (!songs.length && !left_out.length) return null;
  const [first, rest] = [songs.slice(0, AT_FIRST), songs.slice(AT_FIRST)];
  return link(
    1,
    "Seen on your artwork",
    h(
      "ol",
      { class: "songs" },
      first.map((song) => figure(song, looked)),
    ),
    rest.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${rest.length} more`),
        h(
          "ol",
          { class: "songs", start: AT_FIRST + 1 },
          rest.map((song) => figure(song, looked)),
        ),
      ),
    left_out.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${left_out.length} left out`),
        h(
          "ul",
          { class: "left-out" },
          left_out.map(({ album, reason }) => h("li", {}, h("b", {}, album), ": ", reason)),
        ),
      ),
    attribution(),
  );
}

export function phrases(prompt) {
  return h(
    "dl",
    { class: "phrases" },
    prompt.phrases.map(({ part, text, source, detail }) =>
      h(
        "div",
        {},
        h("dt", {}, part),
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
    palette.map((colour) => {
      const swatch = h("span", { role: "img", "aria-label": colour, title: colour });
      swatch.style.backgroundColor = colour;
      return swatch;
    }),
  );
}

export function painting({ image, backend, model, cost_usd, note }) {
  const painter = backend === "painter" ? "the built-in poster painter" : `OpenAI’s ${model}`;
  return h(
    "figure",
    { class: "painting" },
    imageWithRetry({ src: image, alt: "The painting before styling", width: 320, height: 320 }),
    h("figcaption", {}, h("p", {}, `Painted by ${painter}. It cost ${formatUsd(cost_usd)}.`), note && h("p", {}, note)),
  );
}
