// The prompt, the painting and the style of a cover, as a form for the next cover.

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
import { formatPercent } from "./format.js";
import { artworkImage, numberedSection, paintingFigure, phraseList } from "./provenance.js";
import { ANOTHER_VARIATION } from "./strings.js";

const MAX_PROMPT_LENGTH = 4000;
const MAX_STYLE_ALBUMS = 10;

const describeStrength = ({ style_strength: strength }) =>
  strength === null ? "as strongly as its medium suits" : `at ${formatPercent(strength)}`;

function promptField(prompt) {
  const id = uniqueId("prompt");
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, "Edit the prompt"),
    h("textarea", { id, name: "prompt", rows: 6, maxlength: MAX_PROMPT_LENGTH, required: true }, prompt.text),
  );
}

/** A choice of the albums whose artwork gives the style; without one the painting keeps its own. */
function styleAlbumsField(cover) {
  const albums = [...new Map(cover.songs.map((song) => [song.album_id, song])).values()];
  const currentIds = new Set(cover.prompt.style_albums);
  const items = albums.map((song) => {
    const id = uniqueId("album");
    return h(
      "li",
      {},
      h("input", {
        id,
        type: "checkbox",
        name: "style_album",
        value: song.album_id,
        checked: currentIds.has(song.album_id),
      }),
      h(
        "label",
        { for: id },
        artworkImage(song, 64),
        h("span", {}, song.album, h("span", { class: "hint" }, song.artist)),
      ),
    );
  });
  const hint = h("p", { class: "hint", "aria-live": "polite" });
  const list = h("ul", { class: "albums" }, items);
  const update = () => {
    const count = list.querySelectorAll(":checked").length;
    for (const input of list.querySelectorAll("input")) input.disabled = count >= MAX_STYLE_ALBUMS && !input.checked;
    hint.textContent =
      count === 0
        ? "No album selected: the painting stays unchanged."
        : count >= MAX_STYLE_ALBUMS
          ? `You can select up to ${MAX_STYLE_ALBUMS} albums.`
          : "Their styles are blended.";
  };
  list.addEventListener("change", update);
  update();
  return h("fieldset", {}, h("legend", {}, "Style from these albums"), list, hint);
}

/** The options of the next cover: those of `cover`, with the listener's changes. */
function readOptions(cover, formData, variation) {
  const { options, prompt } = cover;
  const text = formData.get("prompt").trim();
  const albumIds = formData.getAll("style_album");
  const isSameStyle =
    albumIds.length === prompt.style_albums.length && prompt.style_albums.every((id) => albumIds.includes(id));
  return {
    ...options,
    prompt: text === prompt.text ? options.prompt : text,
    style_albums: isSameStyle ? options.style_albums : albumIds,
    style_strength: readStrength(formData),
    keep_colours: formData.has("keep_colours"),
    variation: formData.has("another") ? variation : options.variation,
    publish: false, // the listener looks at it first
  };
}

/** A form that shows the prompt, painting and style of a cover; a finished cover can be made again with changes. */
export function remakeForm(cover, { onError }) {
  const { prompt, options, isDone } = cover;
  const [promptMessages, styleMessages] = [h("div"), h("div")];
  let request = newRequest();

  async function submit(event) {
    event.preventDefault();
    const messages = event.submitter?.value === "style" ? styleMessages : promptMessages;
    const newOptions = readOptions(cover, new FormData(event.currentTarget), request.variation);
    try {
      const { cover_id: coverId } = await disableDuring(event.submitter, () =>
        api.requestCover(cover.source, newOptions, request.key),
      );
      location.hash = `#/covers/${coverId}`;
    } catch (error) {
      onError(error, messages);
    }
  }
  const submitButton = (value, label) => h("button", { value }, label);
  return h(
    "form",
    {
      class: "remake-form",
      onsubmit: submit,
      onchange: () => {
        request = newRequest();
      },
    },
    numberedSection(
      2,
      "Prompt",
      isDone ? promptField(prompt) : h("blockquote", {}, prompt.text),
      isDone && [
        checkbox("another", ANOTHER_VARIATION, "A different painting, even from the same prompt."),
        promptMessages,
        h("div", { class: "buttons" }, submitButton("prompt", "Remake with this prompt")),
      ],
      phraseList(prompt),
    ),
    cover.painting && numberedSection(3, "Painting", paintingFigure(cover.painting)),
    isDone &&
      numberedSection(
        4,
        "Style",
        h(
          "p",
          {},
          `This cover takes its style from the artwork below, ${describeStrength(options)}${options.keep_colours ? ", and keeps the painting’s colors" : ""}.`,
        ),
        styleAlbumsField(cover),
        strengthSlider(options.style_strength),
        keepColorsCheckbox(options.keep_colours),
        styleMessages,
        h(
          "div",
          { class: "buttons" },
          submitButton("style", "Remake in this style"),
          h("p", { class: "hint" }, "Includes your prompt changes."),
        ),
      ),
  );
}
