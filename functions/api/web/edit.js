// Change a cover: words, medium, texture, colors. The result appears beside the old picture.

import { api, hasEnded } from "./api-client.js";
import { findChosen } from "./candidates.js";
import { disableDuring, newKey } from "./controls.js";
import { announce, h, imageWithRetry, notice, reactiveSlot } from "./dom.js";
import { changesTitleOnly, editFields, isSameData, readOptions, retitleOptions } from "./edit-form.js";
import { followCover } from "./follow-cover.js";
import { formatCost } from "./format.js";
import { paintingCost, pictureField, readPictures } from "./picture-field.js";
import { coverTitle, STEP_LABELS } from "./strings.js";

function versionPicture({ images, painting, alt, status, step, error }) {
  if (error) return notice(error.message);
  const source = images?.cover ?? painting?.image;
  const caption = hasEnded({ status }) ? "New" : (STEP_LABELS[step] ?? "Waiting");
  return [
    source
      ? imageWithRetry({ class: "picture", src: source, alt, width: 640, height: 640 })
      : h("span", { class: "picture canvas running" }, h("span", { class: "disc" })),
    h("figcaption", {}, caption),
  ];
}

/** The view that edits a cover. */
export function editView(id, { me, onError }) {
  const messages = h("div");
  const heading = h("h1", { tabindex: "-1" }, "Edit");
  const old = reactiveSlot(
    (cover) =>
      cover.images && [
        imageWithRetry({ class: "picture", src: cover.images.cover, alt: cover.alt, width: 640, height: 640 }),
        h("figcaption", {}, "Now"),
      ],
    {},
    "figure",
  );
  const next = reactiveSlot((version) => version && versionPicture(version), { hidden: true }, "figure");
  const submitButton = h("button", { class: "first" }, "Paint this version");
  const openLink = h("a", { class: "button", hidden: true }, "Keep the new one");
  const panel = reactiveSlot((cover) => cover && editForm(cover));
  let key = newKey();
  let pictures;
  let stopNext;

  function editForm(cover) {
    pictures = pictureField({ me, options: cover.options, onError });
    const form = h(
      "form",
      { class: "panel", onsubmit: submit, onchange: update, oninput: update },
      editFields(cover, { onError, messages, pictures: pictures.element }),
      h("div", { class: "buttons go" }, submitButton, openLink),
    );
    const initialData = new FormData(form);
    function update() {
      key = newKey();
      const formData = new FormData(form);
      const isTitle = changesTitleOnly(cover, formData, initialData);
      const cost = paintingCost(me, readPictures(formData));
      const price = cost ? `, ${formatCost(cost)}` : "";
      submitButton.textContent = isTitle ? "Set this title" : `Paint this version${price}`;
    }
    update();
    async function submit(event) {
      event.preventDefault();
      messages.replaceChildren();
      const formData = new FormData(form);
      const isTitle = changesTitleOnly(cover, formData, initialData);
      const options = isTitle ? retitleOptions(cover, formData) : readOptions(cover, formData);
      // The same seed would give the same picture.
      const isUnchanged = isSameData(formData, initialData);
      if (isUnchanged) options.variation = null;
      try {
        const request = () => api.requestCover(cover.source, options, key);
        const { cover_id: coverId } = await disableDuring(submitButton, request);
        if (isUnchanged) key = newKey();
        follow(coverId);
      } catch (error) {
        if (error.code === "picture_not_found") pictures.open();
        onError(error, messages);
      }
    }
    return form;
  }
  function follow(coverId) {
    stopNext?.();
    openLink.hidden = true;
    next.element.hidden = false;
    stopNext = followCover(coverId, { render: showNext, onError, messages });
  }
  function showNext({ cover_id: coverId, images, painting, alt, status, step, error }) {
    next.show({ images, painting, alt, status, step, error });
    if (status !== "done") return;
    openLink.href = `#/covers/${coverId}`;
    openLink.hidden = false;
    announce("The new version is beside the old one.");
  }
  function render(cover) {
    heading.textContent = `Edit ${coverTitle(cover)}`;
    const { images, alt, source, title, options, songs, prompt, painting, cover_id: coverId } = cover;
    const candidate = findChosen(cover);
    old.show({ images, alt });
    if (cover.status === "done")
      panel.show({ cover_id: coverId, candidate, source, title, options, songs, prompt, painting });
  }
  const stop = followCover(id, { render, onError, messages });
  const element = h(
    "div",
    {},
    h("div", { class: "head" }, heading, h("a", { href: `#/covers/${id}` }, "Back to the cover")),
    messages,
    h("div", { class: "edit" }, h("div", { class: "versions" }, old.element, next.element), panel.element),
  );
  return {
    element,
    title: "Edit",
    stop() {
      stop();
      stopNext?.();
      pictures?.stop();
    },
  };
}
