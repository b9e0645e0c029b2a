// How a cover came about, at a glance.

import { h, imageWithRetry } from "./dom.js";
import { formatCount } from "./format.js";
import { icon } from "./icons.js";
import { artworkImage, paintedBy } from "./provenance.js";
import { NOT_STORED } from "./strings.js";

const STRIP = 4;
const MAX_CHIPS = 8;
const MAX_REASONS = 5;

/** The listener's own pictures that a cover is made of, if there are any. */
function ownPictures({ picture, style_pictures: stylePictures }) {
  const pictures = [picture && [picture, "on the cover"], ...(stylePictures ?? []).map((id) => [id, "for its style"])];
  const figures = pictures.filter(Boolean).map(([id, use]) => {
    const src = `/api/pictures/${id}/image?kind=thumbnail`;
    const attributes = { class: "picture", src, alt: "Your own picture", width: 120, height: 120, loading: "lazy" };
    const image = imageWithRetry(attributes, () => h("span", { class: "picture missing" }, NOT_STORED));
    return h("figure", {}, image, h("figcaption", { class: "hint" }, use));
  });
  const title = figures.length === 1 ? "Your own picture" : "Your own pictures";
  return figures.length > 0 && h("section", {}, h("h2", {}, title), h("div", { class: "own-strip" }, figures));
}

/** A cover's steps at a glance. */
export function summary({ songs, options, prompt, painting, images, isDetectDone }) {
  if (!songs.length) return null;
  const labels = [...new Set(songs.flatMap(({ objects }) => objects.map(({ label }) => label)))];
  const phrases = prompt?.phrases.filter(({ source }) => source !== "built_in") ?? [];
  return h(
    "div",
    { class: "summary" },
    ownPictures(options),
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
