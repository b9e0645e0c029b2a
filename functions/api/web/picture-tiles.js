// What the place for the listener's own pictures is made of: pictures, uploads, and where one is added.

import { checkbox } from "./controls.js";
import { h, imageWithRetry } from "./dom.js";
import { formatTime } from "./format.js";
import { icon } from "./icons.js";
import { FORMATS } from "./picture-upload.js";

/** Buttons that add pictures, where they can be dropped as well. `onAdd(files)`. */
export function addPlace(onAdd) {
  const chooseButton = (label, className, attributes) => {
    const input = h("input", { type: "file", accept: FORMATS.join(), hidden: true, onchange: take, ...attributes });
    const button = h("button", { type: "button", class: className, onclick: () => input.click() }, label);
    return [button, input];
  };
  function take({ target }) {
    onAdd([...target.files]);
    target.value = ""; // so that the same file can be chosen again
  }
  const hint = h("p", { class: "hint" });
  const buttons = h(
    "div",
    { class: "buttons" },
    chooseButton("Choose a picture", "small", { multiple: true }),
    // A computer's camera is no camera for pictures; the browsers of computers ignore `capture`.
    chooseButton("Take a photo", "small camera", { capture: "environment" }),
  );
  const dropHint = h("p", { class: "for-mouse" }, "Drop a picture here, or paste it");
  const element = h("div", { class: "drop" }, icon("plus"), dropHint, buttons, hint);
  return {
    element,
    button: buttons.querySelector("button"),
    /** At the limit, nothing can be added. */
    setLimit(limit) {
      for (const button of buttons.querySelectorAll("button")) button.disabled = limit !== null;
      hint.textContent =
        limit === null
          ? "A photo or drawing. Only you see it. Where and when it was taken is removed."
          : `You have ${limit} pictures, which is the most. Delete one to add another.`;
    },
  };
}

/** A picture while it is uploaded. */
export function uploadTile(name, onStop) {
  const progress = h("progress", { max: 1, value: 0, "aria-label": `Upload of ${name}` });
  const text = h("p", { class: "hint" }, "Uploading …");
  let preview = h("span", { class: "picture canvas waiting" });
  const stopButton = h("button", { type: "button", class: "remove", "aria-label": "Stop the upload", onclick: onStop });
  stopButton.append(icon("close"));
  return {
    element: h("li", { class: "own-picture" }, preview, stopButton, progress, text),
    /** The preview's canvas; null if the browser cannot read the file. */
    canvas: () => (preview.matches("canvas") ? preview : null),
    showPreview(canvas) {
      canvas.className = "picture";
      preview.replaceWith(canvas);
      preview = canvas;
    },
    showProgress(share) {
      progress.value = share;
      if (share === 1) text.textContent = "Checking …";
    },
  };
}

export function thumbnailImage({ thumbnail, thumbnail_url: src }) {
  return imageWithRetry({ class: "picture", src, alt: "", width: 150, height: 150, loading: "lazy" }, null, thumbnail);
}

/** A picture with its uses. `chosen`: the form's data. `onDelete(card, id, button)`. */
export function pictureCard({ picture_id: id, created_at: createdAt }, image, chosen, onDelete) {
  const name = `Picture of ${formatTime(createdAt)}`;
  const use = (field, label) => checkbox(field, label, null, chosen.getAll(field).includes(id), { value: id });
  const removeButton = h("button", {
    type: "button",
    class: "remove",
    "aria-label": `Delete: ${name}`,
    onclick: () => onDelete(card, id, removeButton),
  });
  removeButton.append(icon("close"));
  const card = h(
    "li",
    { class: "own-picture" },
    h(
      "fieldset",
      {},
      h("legend", { class: "visually-hidden" }, name),
      image,
      use("picture", "On the cover"),
      use("style_picture", "Lends its style"),
    ),
    removeButton,
  );
  return card;
}
