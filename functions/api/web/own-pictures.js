// The listener's own pictures: add one, choose what it is for, delete it.

import { checkbox, disableDuring } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, notice } from "./dom.js";
import { formatCost } from "./format.js";
import { addPlace, pictureCard, thumbnailImage, uploadTile } from "./picture-tiles.js";
import { deletePicture, getPictures, uploadPicture } from "./picture-upload.js";

const MAX_STYLE_PICTURES = 3;
const STAYS = "It stays in this stack: the built-in painter prints it.";
const AT_MOST = `At most ${MAX_STYLE_PICTURES} pictures lend their style.`;
const GONE = "A picture that was chosen here has been deleted. Choose another one, or none.";

/** A checkbox that says that the picture leaves the stack, or a sentence that it does not. */
function sendingField({ may_send_pictures: maySend, cover_cost_usd: cost }) {
  if (!maySend) return h("p", { class: "hint" }, STAYS);
  const sentence = `OpenAI receives the whole picture and paints from it, for ${formatCost(cost)} a cover. Without this, it stays in this stack and the built-in painter prints it.`;
  return checkbox("send_picture", "Send this picture to OpenAI for this cover", sentence);
}

/** Show or hide a field; a hidden one is not in the form's data, and never checked when it is shown again. */
function toggleField(field, isShown) {
  if (field.hidden === !isShown) return;
  field.hidden = !isShown;
  const input = field.querySelector("input");
  if (!input) return;
  input.disabled = !isShown;
  input.checked = false;
}

/** Read the listener's pictures and return them as a part of a form, with `add(files)`. Raises ApiError.
 *
 * `chosen`: the form's data, which has the pictures that are chosen at first. */
export async function ownPictures({ me, chosen, messages, onError }) {
  const { pictures, limit } = await getPictures();
  const list = h("ul", { class: "picture-row" });
  const adding = addPlace(add);
  const sending = sendingField(me);
  const mixing = checkbox("with_albums", "Mix with the texture of my albums", AT_MOST);
  const element = h(
    "div",
    { class: "picture-choice", onchange: arrange },
    adding.element,
    list,
    h("div", { class: "picture-uses" }, sending, mixing),
  );
  const uses = (name) => [...list.querySelectorAll(`[name=${name}]`)];
  const isUsed = (name) => uses(name).some((input) => input.checked);

  /** One picture is on the cover, and at most three lend their style. */
  function arrange({ target } = {}) {
    if (target?.name === "picture") {
      for (const input of uses("picture")) if (input !== target) input.checked = false;
      toggleField(sending, false); // the consent was for another picture
    }
    toggleField(sending, isUsed("picture"));
    toggleField(mixing, isUsed("style_picture"));
    const styles = uses("style_picture");
    const isFull = styles.filter((input) => input.checked).length >= MAX_STYLE_PICTURES;
    for (const input of styles) input.disabled = isFull && !input.checked;
    adding.setLimit(list.children.length < limit ? null : limit);
  }
  const notifyForm = () => element.dispatchEvent(new Event("change", { bubbles: true }));

  async function add(files) {
    messages.replaceChildren();
    for (const file of files) await addFile(file);
  }
  async function addFile(file) {
    const stopping = new AbortController();
    const tile = uploadTile(file.name, () => stopping.abort());
    list.prepend(tile.element);
    list.scrollLeft = 0;
    try {
      const { showPreview: onPreview, showProgress: onProgress } = tile;
      const picture = await uploadPicture(file, { onPreview, onProgress, signal: stopping.signal });
      const card = pictureCard(picture, tile.canvas() ?? thumbnailImage(picture), new FormData(), remove);
      tile.element.replaceWith(card);
      if (!isUsed("picture")) card.querySelector("[name=picture]").click();
      announce(`${file.name} has been added.`);
    } catch (error) {
      tile.element.remove();
      if (error.name !== "AbortError") showError(error, file);
    }
    arrange();
  }
  function showError(error, { name }) {
    if (!error.code || error.status === 401) onError(error, messages);
    else messages.append(notice(`${name}: ${error.message}`));
  }
  async function remove(card, id, button) {
    const sentences = ["Covers that were made of it stay. Covers in progress that need it fail."];
    if (!(await confirmAction("Delete this picture?", sentences, "Delete picture"))) return;
    try {
      await disableDuring(button, () => deletePicture(id));
    } catch (error) {
      if (error.code !== "picture_not_found") {
        onError(error, messages);
        return;
      } // deleted in another window
    }
    const next = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    notifyForm();
    (next?.querySelector("input") ?? adding.button).focus();
    announce("Picture deleted.");
  }

  const chosenIds = new Set([...chosen.getAll("picture"), ...chosen.getAll("style_picture")]);
  const isChosen = ({ picture_id: id }) => chosenIds.has(id);
  // Those that are chosen come first, so that they are in sight.
  for (const picture of [...pictures].sort((one, other) => isChosen(other) - isChosen(one)))
    list.append(pictureCard(picture, thumbnailImage(picture), chosen, remove));
  if (pictures.filter(isChosen).length < chosenIds.size) messages.replaceChildren(notice(GONE));
  for (const field of [sending, mixing]) field.hidden = true;
  for (const input of element.querySelectorAll(".picture-uses input")) input.disabled = true;
  arrange();
  if (chosen.has("with_albums") && isUsed("style_picture")) mixing.querySelector("input").checked = true;
  return { element, add };
}
