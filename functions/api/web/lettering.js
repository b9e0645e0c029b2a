// A title in type: what is set on a cover, with a preview.

import { uniqueId } from "./controls.js";
import { h } from "./dom.js";

const MAX_LENGTH = 40;
const SKETCH = "A sketch. The typeface follows the music, and the picture makes room.";
const NO_NAME = "This music is no playlist, so it has no name. Choose other words.";
const CHOICES = [
  ["none", "No title"],
  ["title", "The playlist’s name"],
  ["text", "Other words"],
];

/** A sketch of the title on a cover: its words, place and kind of typeface. The cover has the typeface itself. */
function letteringPreview({ typeface = null, place = "foot", painting = null, colors = [] }) {
  const [title, line] = [h("b"), h("span")];
  const words = h("span", { class: "letters" }, title, line);
  const picture = painting && h("img", { src: painting, alt: "" });
  const element = h(
    "div",
    { class: `sketch at-${place} face-${typeface ?? "any"}`, "aria-hidden": "true" },
    picture,
    words,
  );
  if (colors.length) element.style.setProperty("--ground", colors[0]);
  return {
    element,
    show(text, secondLine) {
      title.textContent = text;
      line.textContent = secondLine;
      element.style.setProperty("--letters", Math.max(6, ...text.split(/\s+/).map((word) => word.length)));
    },
  };
}

/** Fields for the title. `options` has their values, `name` is the playlist's, `sketch` what the preview shows.
 *
 * Without `hasText`, other words than the playlist's name cannot be chosen. `setName(name)` changes the name;
 * null: there is no playlist. */
export function letteringFields({ options, name = "", sketch = {}, hasText = true }) {
  const [choiceId, textId, lineId] = ["lettering", "lettering-text", "second-line"].map(uniqueId);
  const choices = CHOICES.filter(([value]) => hasText || value !== "text");
  const select = h(
    "select",
    { id: choiceId, name: "lettering" },
    choices.map(([value, label]) => h("option", { value, selected: value === options.lettering }, label)),
  );
  const input = (id, field, value, attributes) =>
    h("input", { id, name: field, maxlength: MAX_LENGTH, value: value ?? "", autocomplete: "off", ...attributes });
  const text = input(textId, "lettering_text", options.lettering_text, { pattern: ".*\\S.*" });
  const line = input(lineId, "second_line", options.second_line, { placeholder: "vol. 2" });
  const textField = h("div", { class: "field" }, h("label", { for: textId }, "Words"), text);
  const lineLabel = h("label", { for: lineId }, "Second line ", h("span", { class: "optional" }, "Optional"));
  const lineField = h("div", { class: "field" }, lineLabel, line);
  const preview = letteringPreview(sketch);
  const caption = h("figcaption", { class: "hint" });
  const figure = h("figure", {}, preview.element, caption);
  let playlistName = name;
  function show() {
    textField.hidden = select.value !== "text";
    text.required = !textField.hidden;
    lineField.hidden = figure.hidden = select.value === "none";
    const isMissing = select.value === "title" && playlistName === null;
    preview.element.hidden = isMissing;
    caption.textContent = isMissing ? NO_NAME : SKETCH;
    preview.show(select.value === "text" ? text.value : playlistName || "Its name", line.value);
  }
  const element = h(
    "fieldset",
    { class: "lettering", oninput: show, onchange: show },
    h("legend", {}, "Title on the cover"),
    h(
      "div",
      { class: "stack" },
      h("label", { for: choiceId, class: "visually-hidden" }, "What is set"),
      select,
      textField,
      lineField,
    ),
    figure,
  );
  show();
  return {
    element,
    setName(newName) {
      playlistName = newName;
      show();
    },
  };
}

/** The options of a form with letteringFields. */
export function readLettering(formData) {
  const lettering = formData.get("lettering");
  const isText = lettering === "text";
  return {
    lettering,
    lettering_text: isText ? formData.get("lettering_text").trim() : null,
    second_line: (lettering !== "none" && formData.get("second_line").trim()) || null,
  };
}
