// One cover: being made, or made.

import { api } from "./api-client.js";
import { disableDuring, newRequest } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, imageWithRetry, notice, reactiveSlot } from "./dom.js";
import { formatTime } from "./format.js";
import { overview } from "./overview.js";
import { progress } from "./progress.js";
import { artworkSection } from "./provenance.js";
import { publishing } from "./publishing.js";
import { remakeForm } from "./remake-form.js";
import { coverTitle, STEP_LABELS, STEPS } from "./strings.js";

const POLLED_EVERY = 800; // milliseconds
const AFTER_TROUBLE = 5000;
const SET_STAYS = "Where it is set on a playlist it stays set, and in that playlist’s history.";

function sleeve({ images, painting, status, title }) {
  if (images) {
    return imageWithRetry({
      src: images.cover,
      alt: `The cover for ${title}`,
      width: 640,
      height: 640,
      class: "cover",
    });
  }
  if (status === "failed") return h("span", { class: "sleeve failed" });
  if (painting) {
    return h(
      "figure",
      { class: "unstyled" },
      imageWithRetry({ src: painting.image, alt: "The painting", width: 640, height: 640 }),
      h("figcaption", {}, "The painting; its style is yet to come."),
    );
  }
  return h("span", { class: "sleeve running" });
}

function downloads(images) {
  if (!images) return null;
  const files = [
    ["For Spotify", "JPEG, 640 px", images.cover],
    ["Large", "PNG, 1024 px", images.master],
    ["All steps", "contact sheet", images.steps],
  ];
  return h(
    "ul",
    { class: "downloads", "aria-label": "Pictures to keep" },
    files.map(([name, about, address]) =>
      h(
        "li",
        {},
        h("a", { href: address, target: "_blank", download: "" }, h("b", {}, name), " ", h("span", {}, about)),
      ),
    ),
  );
}

/** The colour of the palette that is most of a colour, for the shade under the cover. */
function tint(palette) {
  const colourful = (hex) => {
    const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    return Math.max(...parts) - Math.min(...parts);
  };
  return [...palette].sort((one, other) => colourful(other) - colourful(one))[0];
}

export function coverView(id, { onError }) {
  const messages = h("div");
  const heading = h("h1", { id: "link-5", tabindex: "-1" }, "Your cover");
  const unstyled = reactiveSlot((told) => told && h("p", {}, told), { class: "hint" });
  const about = reactiveSlot((cover) => [`Asked for on ${formatTime(cover.created_at)}`], { class: "hint" });
  const stage = reactiveSlot(sleeve, { class: "stage" });
  const steps = reactiveSlot(progress);
  const error = reactiveSlot((told) => told && notice(told.message));
  const kept = reactiveSlot(downloads);
  const spotify = publishing({ onError });
  const glance = reactiveSlot(overview);
  const artwork = reactiveSlot(artworkSection);
  const remake = reactiveSlot((cover) => cover.prompt && remakeForm(cover, { onError }));
  const actions = reactiveSlot(buttons);
  let timer;
  let stopped = false;
  let step;

  function buttons(cover) {
    const remove = h("button", { class: "quiet", onclick: () => discard(cover) }, "Delete");
    if (cover.status !== "done" && cover.status !== "failed") return h("div", { class: "buttons" }, remove);
    const another = h("button", { class: "quiet" }, cover.status === "failed" ? "Try again" : "Another variation");
    const request = newRequest();
    // A variation is looked at first; what failed is asked for as it was.
    const options =
      cover.status === "failed" ? cover.options : { ...cover.options, variation: request.variation, publish: false };
    another.addEventListener("click", async () => {
      try {
        const made = await disableDuring(another, () => api.requestCover(cover.source, options, request.key));
        location.hash = `#/covers/${made.cover_id}`;
      } catch (trouble) {
        onError(trouble, messages);
      }
    });
    return h("div", { class: "buttons" }, another, remove);
  }

  async function discard(cover) {
    const sentences = cover.images
      ? ["The cover, its painting and its prompt are gone for good.", SET_STAYS]
      : ["It is not made any further, and what there is of it is gone for good."];
    if (!(await confirmAction("Delete this cover?", sentences, "Delete the cover"))) return;
    try {
      await api.deleteCover(cover.cover_id);
      location.hash = "#/";
      announce("The cover is deleted.");
    } catch (trouble) {
      onError(trouble, messages);
    }
  }

  function draw(cover) {
    const title = coverTitle(cover);
    heading.textContent = title;
    about.show({ created_at: cover.created_at });
    stage.show({ images: cover.images, painting: cover.painting, status: cover.status, title });
    steps.show({ status: cover.status, step: cover.step, timings: cover.timings });
    error.show(cover.error);
    unstyled.show(cover.style_note);
    kept.show(cover.images);
    spotify.show(cover);
    artwork.show({ songs: cover.songs, left_out: cover.left_out, isDetectDone: "detect" in cover.timings });
    const { cover_id, source, options, songs, prompt, painting, images, status } = cover;
    remake.show({ cover_id, source, options, songs, prompt, painting, isDone: status === "done" });
    glance.show({ songs, prompt, painting, images, isDone: status === "done" });
    actions.show({ cover_id, source, options, images, status });
    if (cover.prompt) element.style.setProperty("--tint", tint(cover.prompt.palette) ?? "");
    tell(cover);
  }

  function tell(cover) {
    const now = `${cover.status} ${cover.step}`;
    if (now === step) return;
    const first = step === undefined;
    step = now;
    if (cover.status === "done") first || announce("The cover is done.");
    else if (cover.status === "failed") first || announce("The cover did not work out.");
    else if (cover.step)
      announce(`Step ${STEPS.indexOf(cover.step) + 1} of ${STEPS.length}: ${STEP_LABELS[cover.step]}.`);
  }

  async function look() {
    let wait = POLLED_EVERY;
    try {
      const cover = await api.getCover(id);
      if (stopped) return;
      messages.replaceChildren();
      draw(cover);
      if (cover.status === "done" || cover.status === "failed") return;
    } catch (trouble) {
      if (stopped) return;
      onError(trouble, messages);
      if (trouble.status === 401 || trouble.status === 404) return;
      wait = AFTER_TROUBLE;
    }
    timer = setTimeout(look, wait);
  }

  const element = h(
    "div",
    { class: "one" },
    h(
      "section",
      { class: "result" },
      stage.element,
      heading,
      about.element,
      messages,
      error.element,
      steps.element,
      unstyled.element,
      kept.element,
      spotify.element,
      actions.element,
    ),
    h("div", { class: "chain" }, glance.element, artwork.element, remake.element),
  );
  look();
  return {
    element,
    title: "A cover",
    stop() {
      stopped = true;
      clearTimeout(timer);
      spotify.stop();
    },
  };
}
