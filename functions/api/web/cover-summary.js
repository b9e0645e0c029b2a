// How a cover came about, at a glance.

import { h, imageWithRetry } from "./dom.js";
import { formatCount } from "./format.js";
import { icon } from "./icons.js";
import { artworkImage, paintedBy } from "./provenance.js";

const STRIP = 4;
const MAX_CHIPS = 8;
const MAX_REASONS = 5;

/** A cover's four steps at a glance. */
export function summary({ songs, prompt, painting, images, isDetectDone }) {
  if (!songs.length) return null;
  const labels = [...new Set(songs.flatMap(({ objects }) => objects.map(({ label }) => label)))];
  const phrases = prompt?.phrases.filter(({ source }) => source !== "built_in") ?? [];
  return h(
    "div",
    { class: "summary" },
    h(
      "section",
      {},
      h("h2", {}, "Your albums"),
      h(
        "div",
        { class: "strip" },
        songs.slice(0, STRIP).map((song) => artworkImage(song, 120)),
      ),
      h("p", { class: "hint attribution" }, icon("spotify"), formatCount(songs.length, "album")),
    ),
    h(
      "section",
      {},
      h("h2", {}, "Seen on them"),
      isDetectDone &&
        (labels.length
          ? h(
              "ul",
              { class: "chips" },
              labels.slice(0, MAX_CHIPS).map((label) => h("li", {}, label)),
            )
          : h("p", { class: "hint" }, "Nothing was recognized. Titles and genres led.")),
    ),
    h(
      "section",
      {},
      h("h2", {}, "Turned into words"),
      h(
        "ul",
        { class: "reasons" },
        phrases
          .slice(0, MAX_REASONS)
          .map(({ text, source, detail }) =>
            h(
              "li",
              {},
              `“${shorten(text)}” `,
              h("span", { class: "hint" }, `– ${source === "palette" ? "its colors" : detail}`),
            ),
          ),
      ),
    ),
    h(
      "section",
      {},
      h("h2", {}, "Painted"),
      painting &&
        images &&
        imageWithRetry({ class: "picture", src: images.thumbnail, alt: "", width: 120, height: 120 }),
      painting && h("p", { class: "hint" }, paintedBy(painting)),
    ),
  );
}

const shorten = (text) => (text.length > 60 ? `${text.slice(0, 60).replace(/\W+\w*$/, "")} …` : text);
