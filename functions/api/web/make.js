// Make covers: the music, the words, everything else, and a bar with the button.

import { api } from "./api-client.js";
import {
  checkbox,
  disableDuring,
  keepColorsCheckbox,
  newKey,
  readStrength,
  strengthSlider,
  uniqueId,
} from "./controls.js";
import { h } from "./dom.js";
import { formatCost, spellCount } from "./format.js";
import { letteringFields, readLettering } from "./lettering.js";
import { paintingCost, pictureField, readPictures } from "./picture-field.js";
import { sourcePicker } from "./source-picker.js";
import { OWN_IMAGE_SAVED } from "./strings.js";
import { stylePicker } from "./style-picker.js";

const MEMORY = "make"; // the form, until the browser's tab is closed
const FEW_LEFT = 10;
const MAX_CANDIDATES = 4;

// What chooses them restores them itself.
const NOT_RESTORED = new Set(["source", "look", "picture", "style_picture", "with_albums", "send_picture"]);

/** The form's data when it was last used, empty at first. */
function recall() {
  const memory = new FormData();
  for (const [name, value] of JSON.parse(sessionStorage.getItem(MEMORY) ?? "[]")) memory.append(name, value);
  return memory;
}

/** Fill the controls of a form from an earlier state of it. */
function restore(form, memory) {
  if (!memory.has("source")) return;
  for (const control of form.elements) {
    const value = memory.get(control.name);
    if (!control.name || NOT_RESTORED.has(control.name)) continue;
    if (control.type === "checkbox") {
      if (control.checked !== memory.has(control.name)) control.click();
    } else if (value !== null) {
      control.value = value;
      control.dispatchEvent(new Event("input"));
    }
  }
}

function wordsField() {
  const id = uniqueId("direction");
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, "Anything it should show? ", h("span", { class: "optional" }, "Optional")),
    h("input", { id, name: "direction", maxlength: 300, placeholder: "a heron at low tide", autocomplete: "off" }),
  );
}

function readOptions(formData, candidates) {
  const direction = formData.get("direction").trim();
  const publish = formData.has("publish");
  return {
    style_strength: readStrength(formData),
    keep_colours: formData.has("keep_colours"),
    ...(direction && { direction }),
    look: formData.get("look") || null,
    ...readLettering(formData),
    ...readPictures(formData),
    candidates: publish ? 1 : candidates,
    publish,
  };
}

/** The view that makes covers; `playlistId` is chosen if it is given. */
export function makeView({ me, onError }, playlistId) {
  const memory = recall();
  const publishCheckbox = checkbox("publish", "Make one and set it on Spotify right away", OWN_IMAGE_SAVED);
  const [chosenMusic, limitHint] = [h("div", { class: "what" }), h("p", { class: "hint", hidden: true })];
  const messages = h("div");
  const submitButton = h("button", { class: "first", disabled: true });
  const moreButton = h("button", { value: MAX_CANDIDATES });
  const lettering = letteringFields({ options: me.settings });
  const pictures = pictureField({ me, options: readPictures(memory), onError });
  let key = newKey();

  const sources = sourcePicker({
    chosen: playlistId || memory.get("source"),
    isDemo: me.is_demo,
    onError,
    onChoose: showChoice,
  });
  const form = h(
    "form",
    { onsubmit: submit, onchange: remember, oninput: remember },
    sources.element,
    h(
      "div",
      { class: "words" },
      wordsField(),
      pictures.element,
      h(
        "details",
        { class: "adjust" },
        h("summary", {}, "Adjust ", h("span", { class: "optional" }, "· title, look, texture, amount")),
        h(
          "div",
          {},
          sources.amounts,
          strengthSlider(me.settings.style_strength),
          h("div", { class: "stack" }, keepColorsCheckbox(me.settings.keep_colours), publishCheckbox),
          lettering.element,
          stylePicker(onError, { look: me.settings.look }),
        ),
      ),
    ),
    messages,
    h("div", { class: "bar" }, chosenMusic, moreButton, submitButton),
  );

  function showChoice(choice) {
    submitButton.disabled = choice === null;
    chosenMusic.previousElementSibling?.remove();
    if (choice === null) {
      chosenMusic.replaceChildren(
        h("p", { class: "hint" }, "There is no music yet. Listen to some, or fill a playlist."),
      );
      return;
    }
    const { name, hint, picture, playlist } = choice;
    chosenMusic.replaceChildren(h("b", {}, name), h("span", { class: "hint" }, hint));
    chosenMusic.before(picture);
    // Top artists have no name that could be set.
    lettering.setName(new FormData(form).get("source") === "top_artists" ? null : name);
    // Spotify lets only the owner set the image.
    publishCheckbox.hidden = !playlist?.owned;
    publishCheckbox.querySelector("input").disabled = publishCheckbox.hidden;
    label();
  }
  const defaultCount = (cost) => (cost ? me.candidates_default : MAX_CANDIDATES);
  function label() {
    const formData = new FormData(form);
    const isPublished = formData.has("publish");
    const cost = paintingCost(me, readPictures(formData));
    const count = isPublished ? 1 : defaultCount(cost);
    const price = cost ? `, ${formatCost(count * cost)}` : "";
    submitButton.textContent = isPublished
      ? `Make and set it${price}`
      : `Make ${count === 1 ? "a cover" : `${spellCount(count)} covers`}${price}`;
    const more = MAX_CANDIDATES - defaultCount(cost);
    moreButton.hidden = !more;
    moreButton.textContent = `${more} more for ${formatCost(more * cost)}`;
  }
  function remember() {
    key = newKey();
    sessionStorage.setItem(MEMORY, JSON.stringify([...new FormData(form)]));
    label();
  }
  async function submit(event) {
    event.preventDefault();
    const formData = new FormData(form);
    const cost = paintingCost(me, readPictures(formData));
    const candidates = Number(event.submitter?.value) || defaultCount(cost);
    messages.replaceChildren();
    try {
      const { cover_id: coverId } = await disableDuring(event.submitter ?? submitButton, () =>
        api.requestCover(sources.readSource(formData), readOptions(formData, candidates), key),
      );
      location.hash = `#/covers/${coverId}/choose`;
    } catch (error) {
      if (error.code === "picture_not_found") pictures.open();
      onError(error, messages);
    }
  }
  function update({ covers_today: count, daily_limit: limit }) {
    limitHint.hidden = limit - count > FEW_LEFT;
    limitHint.textContent = `${limit - count} of ${limit} covers left today`;
  }
  restore(form, memory);
  label();
  sources.start();
  update(me);
  const element = h(
    "div",
    {},
    h(
      "div",
      { class: "head" },
      h(
        "div",
        {},
        h("h1", { tabindex: "-1" }, "What are we painting?"),
        me.is_demo
          ? h(
              "p",
              { class: "hint" },
              "Invented music, to try it out. ",
              h("a", { href: "/login" }, "Log in to use your own"),
            )
          : h(
              "p",
              { class: "hint" },
              "One playlist, or ",
              h("a", { href: "#/library" }, "your whole library in one look"),
            ),
        limitHint,
      ),
      sources.search,
    ),
    form,
  );
  return { element, title: "Make", update, stop: pictures.stop };
}
