// Ask for a cover; see all there are.

import { api } from "./api-client.js";
import { checkbox, disableDuring, newRequest, strengthSlider, uniqueId } from "./controls.js";
import { h } from "./dom.js";
import { gallery } from "./gallery.js";
import { sourcePicker } from "./source-picker.js";
import { stylePicker } from "./style-picker.js";

function direction() {
  const [id, hint] = [uniqueId("direction"), uniqueId("hint")];
  const text = "Leads the prompt. Without it, your music speaks for itself.";
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
      "aria-describedby": hint,
    }),
    h("p", { class: "hint", id: hint }, text),
  );
}

function options(data, request) {
  const told = data.get("direction").trim();
  return {
    style_strength: Number(data.get("style_strength")) / 100,
    keep_colours: data.has("keep_colours"),
    ...(told && { direction: told }),
    ...(data.has("another") && { variation: request.variation }),
    ...(data.get("look") && { look: data.get("look") }),
    publish: data.has("publish"),
  };
}

function makeForm({ me, onError }, today) {
  const publish = checkbox(
    "publish",
    "Set it on Spotify when it is done",
    "An image of your own is kept, and you can put it back at any time.",
    false,
    { disabled: true },
  );
  publish.hidden = true;
  const sources = sourcePicker(onError, (playlist) => {
    // Spotify lets nobody else set it.
    publish.hidden = !playlist?.owned;
    publish.querySelector("input").disabled = publish.hidden;
  });
  const messages = h("div");
  const button = h("button", { class: "large" }, "Make a cover");
  let request = newRequest();

  async function submit(event) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    messages.replaceChildren();
    try {
      const { cover_id } = await disableDuring(button, () =>
        api.requestCover(sources.readSource(data), options(data, request), request.key),
      );
      location.hash = `#/covers/${cover_id}`;
    } catch (error) {
      onError(error, messages);
    }
  }
  return h(
    "form",
    {
      class: "make",
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
      direction(),
      strengthSlider(me.settings.style_strength),
      checkbox(
        "keep_colours",
        "Keep the painting’s colours",
        "The style then lends its strokes alone.",
        me.settings.keep_colours,
      ),
      checkbox("another", "Another variation", "Something else from the same music."),
      stylePicker(onError),
      publish,
    ),
    messages,
    h("div", { class: "buttons" }, button, today),
  );
}

export function homeView({ me, onError }) {
  const covers = gallery(onError);
  const today = h("p", { class: "hint" });
  const update = ({ covers_today, daily_limit }) => {
    today.textContent = `${covers_today} of ${daily_limit} made today`;
  };
  update(me);
  const element = h(
    "div",
    { class: "home" },
    h("section", { class: "ask" }, h("h1", { tabindex: "-1" }, "Make a cover"), makeForm({ me, onError }, today)),
    covers.element,
  );
  return { element, title: "Covers", stop: covers.stop, update };
}
