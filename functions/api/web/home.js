// Request a cover; see all covers.

import { api } from "./api-client.js";
import {
  checkbox,
  disableDuring,
  keepColorsCheckbox,
  newRequest,
  readStrength,
  strengthSlider,
  uniqueId,
} from "./controls.js";
import { h } from "./dom.js";
import { gallery } from "./gallery.js";
import { sourcePicker } from "./source-picker.js";
import { ANOTHER_VARIATION, OWN_IMAGE_SAVED } from "./strings.js";
import { stylePicker } from "./style-picker.js";

function directionField() {
  const [id, hintId] = [uniqueId("direction"), uniqueId("hint")];
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, "In your own words ", h("span", { class: "optional" }, "optional")),
    h("input", {
      id,
      name: "direction",
      maxlength: 300,
      placeholder: "a lighthouse at dusk",
      autocomplete: "off",
      "aria-describedby": hintId,
    }),
    h("p", { class: "hint", id: hintId }, "Guides the prompt. Leave it empty to let your music decide."),
  );
}

function readOptions(formData, variation) {
  const direction = formData.get("direction").trim();
  return {
    style_strength: readStrength(formData),
    keep_colours: formData.has("keep_colours"),
    ...(direction && { direction }),
    ...(formData.has("another") && { variation }),
    ...(formData.get("look") && { look: formData.get("look") }),
    publish: formData.has("publish"),
  };
}

function coverForm({ me, onError }, limitHint) {
  const publishCheckbox = checkbox("publish", "Set it on Spotify when it is finished", OWN_IMAGE_SAVED, false, {
    disabled: true,
  });
  publishCheckbox.hidden = true;
  const sources = sourcePicker(onError, (playlist) => {
    // Spotify lets only the owner set the image.
    publishCheckbox.hidden = !playlist?.owned;
    publishCheckbox.querySelector("input").disabled = publishCheckbox.hidden;
  });
  const messages = h("div");
  const submitButton = h("button", { class: "large" }, "Make a cover");
  let request = newRequest();

  async function submit(event) {
    event.preventDefault();
    const formData = new FormData(event.currentTarget);
    messages.replaceChildren();
    try {
      const { cover_id: coverId } = await disableDuring(submitButton, () =>
        api.requestCover(sources.readSource(formData), readOptions(formData, request.variation), request.key),
      );
      location.hash = `#/covers/${coverId}`;
    } catch (error) {
      onError(error, messages);
    }
  }
  return h(
    "form",
    {
      class: "cover-form",
      onsubmit: submit,
      onchange: () => {
        request = newRequest();
      },
    },
    sources.element,
    h(
      "fieldset",
      {},
      h("legend", {}, "How should it look?"),
      directionField(),
      strengthSlider(me.settings.style_strength),
      keepColorsCheckbox(me.settings.keep_colours),
      checkbox("another", ANOTHER_VARIATION, "A different picture from the same music."),
      stylePicker(onError),
      publishCheckbox,
    ),
    messages,
    h("div", { class: "buttons" }, submitButton, limitHint),
  );
}

/** The view with the form for a cover and the gallery. */
export function homeView({ me, onError }) {
  const covers = gallery(onError);
  const limitHint = h("p", { class: "hint" });
  const update = ({ covers_today: count, daily_limit: limit }) => {
    limitHint.textContent = `${count} of ${limit} covers made today`;
  };
  update(me);
  const element = h(
    "div",
    { class: "home" },
    h(
      "section",
      { class: "cover-request" },
      h("h1", { tabindex: "-1" }, "Make a cover"),
      coverForm({ me, onError }, limitHint),
    ),
    covers.element,
  );
  return { element, title: "Covers", stop: covers.stop, update };
}
