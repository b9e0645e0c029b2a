// A cover, finished or in progress.

import { api, hasEnded } from "./api-client.js";
import { disableDuring, newRequest } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, imageWithRetry, notice, reactiveSlot } from "./dom.js";
import { formatTime } from "./format.js";
import { overview } from "./overview.js";
import { stepProgress } from "./progress.js";
import { artworkSection } from "./provenance.js";
import { publishPanel } from "./publish-panel.js";
import { remakeForm } from "./remake-form.js";
import { ANOTHER_VARIATION, coverTitle, STEP_LABELS, STEPS, TRY_AGAIN } from "./strings.js";

const POLL_MS = 800;
const POLL_AFTER_ERROR_MS = 5000;
const SET_STAYS = "Playlists that use it keep it, and it stays in their history.";

/** The cover; until it is done, the painting or a placeholder. */
function coverPreview({ images, painting, status, title }) {
  if (images) {
    return imageWithRetry({
      src: images.cover,
      alt: `The cover for ${title}`,
      width: 640,
      height: 640,
      class: "cover",
    });
  }
  if (status === "failed") return h("span", { class: "placeholder failed" });
  if (painting) {
    return h(
      "figure",
      { class: "unstyled-painting" },
      imageWithRetry({ src: painting.image, alt: "The painting", width: 640, height: 640 }),
      h("figcaption", {}, "The painting, before the style is applied."),
    );
  }
  return h("span", { class: "placeholder running" });
}

function downloadList(images) {
  if (!images) return null;
  const files = [
    ["For Spotify", "JPEG, 640 px", images.cover],
    ["Large", "PNG, 1024 px", images.master],
    ["All steps", "contact sheet", images.steps],
  ];
  return h(
    "ul",
    { class: "downloads", "aria-label": "Downloads" },
    files.map(([name, description, url]) =>
      h(
        "li",
        {},
        h("a", { href: url, target: "_blank", download: "" }, h("b", {}, name), " ", h("span", {}, description)),
      ),
    ),
  );
}

/** The most colorful color of the palette, for the shadow under the cover. */
function tintColor(palette) {
  const colorfulness = (hex) => {
    const channels = [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
    return Math.max(...channels) - Math.min(...channels);
  };
  return [...palette].sort((one, other) => colorfulness(other) - colorfulness(one))[0];
}

/** The view of one cover, which follows its progress until it has ended. */
export function coverView(id, { onError }) {
  const messages = h("div");
  const heading = h("h1", { id: "part-5", tabindex: "-1" }, "Your cover");
  const date = reactiveSlot((cover) => [`Requested on ${formatTime(cover.created_at)}`], { class: "hint" });
  const stage = reactiveSlot(coverPreview, { class: "stage" });
  const error = reactiveSlot((coverError) => coverError && notice(coverError.message));
  const steps = reactiveSlot(stepProgress);
  const detectNote = reactiveSlot((note) => note && h("p", {}, note), { class: "hint" });
  const styleNote = reactiveSlot((note) => note && h("p", {}, note), { class: "hint" });
  const downloads = reactiveSlot(downloadList);
  const spotify = publishPanel({ onError });
  const actions = reactiveSlot(actionButtons);
  const parts = reactiveSlot(overview);
  const artwork = reactiveSlot(artworkSection);
  const remake = reactiveSlot((cover) => cover.prompt && remakeForm(cover, { onError }));
  let timer;
  let isLeft = false;
  let announcedState;

  function actionButtons(cover) {
    const deleteButton = h("button", { class: "secondary", onclick: () => deleteCover(cover) }, "Delete");
    if (!hasEnded(cover)) return h("div", { class: "buttons" }, deleteButton);
    const isFailed = cover.status === "failed";
    const request = newRequest();
    // The listener looks at a variation before it is set. A failed cover is requested again unchanged.
    const options = isFailed ? cover.options : { ...cover.options, variation: request.variation, publish: false };
    const remakeButton = h("button", { class: "secondary" }, isFailed ? TRY_AGAIN : ANOTHER_VARIATION);
    remakeButton.addEventListener("click", async () => {
      try {
        const { cover_id: coverId } = await disableDuring(remakeButton, () =>
          api.requestCover(cover.source, options, request.key),
        );
        location.hash = `#/covers/${coverId}`;
      } catch (apiError) {
        onError(apiError, messages);
      }
    });
    return h("div", { class: "buttons" }, remakeButton, deleteButton);
  }

  async function deleteCover(cover) {
    const sentences = cover.images
      ? ["This permanently deletes the cover, its painting and its prompt.", SET_STAYS]
      : ["This stops the cover and permanently deletes what there is of it."];
    if (!(await confirmAction("Delete this cover?", sentences, "Delete cover"))) return;
    try {
      await api.deleteCover(cover.cover_id);
      location.hash = "#/";
      announce("Cover deleted.");
    } catch (apiError) {
      onError(apiError, messages);
    }
  }

  function render(cover) {
    const { cover_id, source, options, songs, prompt, painting, images, status, step, timings } = cover;
    const title = coverTitle(cover);
    const isDone = status === "done";
    heading.textContent = title;
    date.show({ created_at: cover.created_at });
    stage.show({ images, painting, status, title });
    steps.show({ status, step, timings });
    error.show(cover.error);
    detectNote.show(cover.detect_note);
    styleNote.show(cover.style_note);
    downloads.show(images);
    spotify.show(cover);
    artwork.show({ songs, excludedAlbums: cover.left_out, isDetectDone: "detect" in timings });
    remake.show({ cover_id, source, options, songs, prompt, painting, isDone });
    parts.show({ songs, prompt, painting, images, isDone });
    actions.show({ cover_id, source, options, images, status });
    if (prompt) element.style.setProperty("--tint", tintColor(prompt.palette) ?? "");
    announceStep(cover);
  }

  function announceStep({ status, step }) {
    const state = `${status} ${step}`;
    if (state === announcedState) return;
    const isFirst = announcedState === undefined;
    announcedState = state;
    if (isFirst && hasEnded({ status })) return;
    if (status === "done") announce("The cover is finished.");
    else if (status === "failed") announce("The cover failed.");
    else if (step) announce(`Step ${STEPS.indexOf(step) + 1} of ${STEPS.length}: ${STEP_LABELS[step]}.`);
  }

  async function poll() {
    let pause = POLL_MS;
    try {
      const cover = await api.getCover(id);
      if (isLeft) return;
      messages.replaceChildren();
      render(cover);
      if (hasEnded(cover)) return;
    } catch (apiError) {
      if (isLeft) return;
      onError(apiError, messages);
      if (apiError.status === 401 || apiError.status === 404) return;
      pause = POLL_AFTER_ERROR_MS;
    }
    timer = setTimeout(poll, pause);
  }

  const element = h(
    "div",
    { class: "cover-view" },
    h(
      "section",
      { class: "result" },
      stage.element,
      heading,
      date.element,
      messages,
      error.element,
      steps.element,
      detectNote.element,
      styleNote.element,
      downloads.element,
      spotify.element,
      actions.element,
    ),
    h("div", { class: "provenance" }, parts.element, artwork.element, remake.element),
  );
  poll();
  return {
    element,
    title: "Cover",
    stop() {
      isLeft = true;
      clearTimeout(timer);
      spotify.stop();
    },
  };
}
