// Form controls that several views use.

import { h } from "./dom.js";
import { formatPercent } from "./format.js";
import { icon } from "./icons.js";

const LOGIN_HELPS = new Set(["consent_needed", "reconnect_needed"]);

let idCount = 0;
/** An id that no other element has, for a control and its label. */
export const uniqueId = (name) => `${name}-${++idCount}`;

const AUTOMATIC = "as the medium suits";
const MIDDLE_STRENGTH = 0.4;

/** A slider for the style strength; `value` is 0 to 1, or null for the medium's own; the input's value is 0 to 100. */
export function strengthSlider(value) {
  const id = uniqueId("strength");
  const output = h("output", { for: id, class: "hint" });
  const input = h("input", {
    id,
    type: "range",
    name: "style_strength",
    min: 0,
    max: 100,
    step: 5,
    value: Math.round((value ?? MIDDLE_STRENGTH) * 100),
    disabled: value === null,
    oninput: show,
  });
  function show() {
    const isNone = input.value === "0";
    output.textContent = input.disabled ? AUTOMATIC : isNone ? "none: as painted" : formatPercent(input.value / 100);
  }
  const setAutomatic = (event) => {
    input.disabled = event.target.checked;
    show();
  };
  show();
  return h(
    "div",
    { class: "field" },
    h("div", { class: "ends" }, h("label", { for: id }, "Texture of my albums"), output),
    input,
    h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, "None"), h("span", {}, "Strong")),
    checkbox("style_automatic", "As the medium suits", null, value === null, { onchange: setAutomatic }),
  );
}

/** The style strength of a form with a strengthSlider, 0 to 1, or null for the medium's own. */
export const readStrength = (formData) =>
  formData.has("style_strength") ? Number(formData.get("style_strength")) / 100 : null;

/** A checkbox with its label and an optional hint below. */
export function checkbox(name, label, hint, checked = false, attributes = {}) {
  const [id, hintId] = [uniqueId(name), uniqueId("hint")];
  return h(
    "div",
    { class: "check" },
    h("input", { id, type: "checkbox", name, checked, "aria-describedby": hint ? hintId : null, ...attributes }),
    h("div", {}, h("label", { for: id }, label), hint && h("p", { class: "hint", id: hintId }, hint)),
  );
}

/** The checkbox for the painting's own colors. */
export const keepColorsCheckbox = (checked) =>
  checkbox("keep_colours", "Keep these colors", "Use only the texture of my albums.", checked);

/** A field for a whole number from 1 to `max`. */
export function numberField(name, label, value, max) {
  const id = uniqueId(name);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    h("input", { id, type: "number", name, min: 1, max, value, required: true, inputmode: "numeric" }),
  );
}

/** A field that searches a list; `onSearch(text)` gets the text in lower case. */
export function searchField(label, onSearch) {
  const input = h("input", { type: "search", "aria-label": label, placeholder: label, autocomplete: "off" });
  input.addEventListener("input", () => onSearch(input.value.trim().toLowerCase()));
  // Enter in a search field must not submit the form around it.
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  const setLabel = (text) => {
    input.placeholder = text;
    input.setAttribute("aria-label", text);
  };
  return { element: h("div", { class: "search", role: "search" }, icon("search"), input), setLabel };
}

/** A picture as a radio button or a checkbox, with `title` and an optional description below. */
export function card(type, name, value, picture, title, description = null, attributes = {}) {
  const [id, hintId] = [uniqueId(name), uniqueId("hint")];
  return h(
    "li",
    { class: "card" },
    h("input", { id, type, name, value, "aria-describedby": description && hintId, ...attributes }),
    h("label", { for: id }, picture, h("span", { class: "name" }, title)),
    description && h("p", { class: "hint", id: hintId }, description),
    h("span", { class: "tick" }, icon("check")),
  );
}

/** A link to the login if logging in again resolves the error `code`, else null. */
export const loginLink = (code) =>
  LOGIN_HELPS.has(code) ? h("p", {}, h("a", { class: "button", href: "/login" }, "Log in again")) : null;

/** The idempotency key of a new request for a cover. */
export const newKey = () => crypto.randomUUID();

/** Run `action` with the button disabled, so that it cannot be pressed twice; the button keeps the focus. */
export async function disableDuring(button, action) {
  const hadFocus = document.activeElement === button;
  button.disabled = true;
  try {
    return await action();
  } finally {
    button.disabled = false;
    if (hadFocus && document.activeElement === document.body) button.focus();
  }
}
