// The form that changes a cover: words, medium, texture, colors, or the whole prompt.

import { card, keepColorsCheckbox, readStrength, strengthSlider, uniqueId } from "./controls.js";
import { h } from "./dom.js";
import { letteringFields, readLettering } from "./lettering.js";
import { LOOKS, lookPicture } from "./looks.js";
import { readPictures } from "./picture-field.js";
import { artworkImage } from "./provenance.js";
import { lookCards } from "./series.js";

const MAX_PROMPT_LENGTH = 4000;
const MAX_STYLE_ALBUMS = 10;
const LETTERING_NAMES = new Set(["lettering", "lettering_text", "second_line"]);

function wordsField(direction) {
  const id = uniqueId("direction");
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, "What it should show"),
    h("input", {
      id,
      name: "direction",
      maxlength: 300,
      value: direction,
      placeholder: "what the music says",
      autocomplete: "off",
    }),
  );
}

function promptField(prompt) {
  const id = uniqueId("prompt");
  return h(
    "details",
    {},
    h("summary", {}, "The whole prompt"),
    h(
      "div",
      { class: "field" },
      h("label", { for: id, class: "visually-hidden" }, "Edit the prompt"),
      h("textarea", { id, name: "prompt", rows: 6, maxlength: MAX_PROMPT_LENGTH, required: true }, prompt.text),
    ),
  );
}

function mediumField(medium) {
  const same = card("radio", "medium", "", h("span", { class: "picture missing" }, "as it is"), "Keep", null, {
    checked: !medium,
  });
  return h(
    "fieldset",
    {},
    h("legend", {}, "Medium"),
    h(
      "ul",
      { class: "media" },
      same,
      LOOKS.map(({ words, name }, index) =>
        card("radio", "medium", words, lookPicture(index, 0), name, null, { checked: words === medium }),
      ),
    ),
  );
}

function paletteField(palette) {
  const choices = [
    ["keep", "My albums"],
    ["warmer", "Warmer"],
    ["black_and_white", "Black and white"],
  ];
  return h(
    "fieldset",
    { class: "palette" },
    h("legend", {}, "Palette"),
    h(
      "ul",
      {},
      choices.map(([value, name]) => {
        const id = uniqueId("palette");
        return h(
          "li",
          { class: "check" },
          h("input", { id, type: "radio", name: "palette", value, checked: value === palette }),
          h("label", { for: id }, name),
        );
      }),
    ),
  );
}

/** A choice of a built-in look; at first none: the cover keeps the one that it has. */
function lookField(onError, messages) {
  const list = lookCards({ onError, messages });
  const picture = h("span", { class: "picture missing trio" });
  list.prepend(card("radio", "look", "", picture, "Keep", null, { checked: true }));
  const legend = h("legend", { class: "visually-hidden" }, "Look");
  return h("details", {}, h("summary", {}, "Another look"), h("fieldset", {}, legend, list));
}

/** A choice of the albums whose artwork gives the texture; without one the painting keeps its own. */
function styleAlbumsField({ songs, prompt }) {
  const albums = [...new Map(songs.map((song) => [song.album_id, song])).values()];
  const list = h(
    "ul",
    { class: "media" },
    albums.map((song) =>
      card("checkbox", "style_album", song.album_id, artworkImage(song, 64), song.album, null, {
        checked: prompt.style_albums.includes(song.album_id),
      }),
    ),
  );
  const hint = h("p", { class: "hint", "aria-live": "polite" });
  const update = () => {
    const count = list.querySelectorAll(":checked").length;
    for (const input of list.querySelectorAll("input")) input.disabled = count >= MAX_STYLE_ALBUMS && !input.checked;
    hint.textContent =
      count === 0 ? "No album: the painting stays as painted." : `At most ${MAX_STYLE_ALBUMS}. They are blended.`;
  };
  list.addEventListener("change", update);
  update();
  return h(
    "details",
    {},
    h("summary", {}, "Texture from these albums"),
    h("fieldset", {}, h("legend", { class: "visually-hidden" }, "Texture from these albums"), list, hint),
  );
}

/** A listener's direction as this form has composed it: words, then a medium, each of which may be "". */
function splitDirection(direction) {
  const words = (direction ?? "").split(", ");
  const isMedium = LOOKS.some((look) => look.words === words.at(-1));
  return isMedium ? [words.slice(0, -1).join(", "), words.at(-1)] : [words.join(", "), ""];
}

/** What the preview of a title shows: the painting and the cover's typeface. */
function readSketch({ prompt, painting }) {
  return { ...prompt.lettering, painting: painting?.image, colors: prompt.palette };
}

/** The fields for the words, the medium, the texture and the prompt of a cover; `pictures`: those for pictures. */
export function editFields(cover, { onError, messages, pictures }) {
  const [words, medium] = splitDirection(cover.options.direction);
  return [
    wordsField(words),
    mediumField(medium),
    paletteField(cover.options.palette),
    letteringFields({ options: cover.options, name: cover.title || null, sketch: readSketch(cover) }).element,
    pictures,
    lookField(onError, messages),
    strengthSlider(cover.options.style_strength),
    keepColorsCheckbox(cover.options.keep_colours),
    styleAlbumsField(cover),
    promptField(cover.prompt),
  ];
}

/** The data of a form as text. The order of pictures changes when their place is opened. */
const toText = (entries) => JSON.stringify([...entries].map((entry) => entry.join("=")).sort());
export const isSameData = (formData, otherData) => toText(formData) === toText(otherData);

/** Whether the listener has changed the title and nothing else. */
export function changesTitleOnly(cover, formData, initialData) {
  const others = (data) => toText([...data].filter(([name]) => !LETTERING_NAMES.has(name)));
  const isSame = Object.entries(readLettering(formData)).every(([name, value]) => cover.options[name] === value);
  return !isSame && others(formData) === others(initialData);
}

/** The options of a version that has another title only: an image model is not paid again. */
export const retitleOptions = (cover, formData) => ({
  ...readLettering(formData),
  retitle: { cover_id: cover.cover_id, candidate: cover.candidate },
});

/** The albums that provide the style: those that the listener has changed, else as before, as far as pictures allow. */
function readStyleAlbums({ options, prompt }, formData, { style_albums: besidePictures }) {
  const ids = formData.getAll("style_album");
  const isSame = ids.length === prompt.style_albums.length && prompt.style_albums.every((id) => ids.includes(id));
  if (!isSame) return ids;
  if (besidePictures === undefined) return options.style_albums;
  return besidePictures ?? (options.style_albums?.length ? options.style_albums : null);
}

/** The options of the next version: those of `cover`, with the listener's changes. */
export function readOptions(cover, formData) {
  const { options, prompt } = cover;
  const text = formData.get("prompt").trim();
  const words = [formData.get("direction").trim(), formData.get("medium")].filter(Boolean).join(", ");
  const pictures = readPictures(formData);
  const isNewText = text !== prompt.text;
  return {
    ...options,
    direction: words || null,
    prompt: isNewText ? text : options.prompt && words === (options.direction ?? "") ? options.prompt : null,
    style_strength: readStrength(formData),
    keep_colours: formData.has("keep_colours"),
    palette: formData.get("palette"),
    ...readLettering(formData),
    ...pictures,
    style_albums: readStyleAlbums(cover, formData, pictures),
    ...(formData.get("look") && { look: formData.get("look"), like: null, position: null }),
    retitle: null,
    candidates: 1,
    publish: false, // the listener looks at it first
  };
}
