// Form controls that several views use.

import { h } from "./dom.js";
import { formatPercent } from "./format.js";

const LOGIN_HELPS = new Set(["consent_needed", "reconnect_needed"]);

let idCount = 0;
/** An id that no other element has, for a control and its label. */
export const uniqueId = (name) => `${name}-${++idCount}`;

const AUTOMATIC = "as the medium suits";
const MIDDLE_STRENGTH = 0.4;

/** A slider for the style strength; `value` is 0 to 1, or null for the medium's own; the input's value is 0 to 100. */
export function strengthSlider(value) {
  const [id, hintId] = [uniqueId("strength"), uniqueId("hint")];
  const output = h("output", { for: id });
  const input = h("input", {
    id,
    type: "range",
    name: "style_strength",
    min: 0,
    max: 100,
    step: 5,
    value: Math.round((value ?? MIDDLE_STRENGTH) * 100),
    disabled: value === null,
    "aria-describedby": hintId,
    oninput: show,
  });
  function show() {
    output.textContent = input.disabled ? AUTOMATIC : formatPercent(input.value / 100);
  }
  const setAutomatic = (event) => {
    input.disabled = event.target.checked;
    show();
  };
  show();
  return h(
    "div",
    { class: "field" },
    h("div", { class: "spread" }, h("label", { for: id }, "Style strength"), output),
    checkbox("style_automatic", "Choose by the medium", null, value === null, { onchange: setAutomatic }),
    input,
    h(
      "p",
      { class: "hint", id: hintId },
      "How far the painting takes on the colors and the light of your artwork. 0 leaves it as painted.",
    ),
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
  checkbox("keep_colours", "Keep the painting’s colors", "Only its light comes from the style.", checked);

/** A field for a whole number from 1 to `max`. */
export function numberField(name, label, value, max) {
  const id = uniqueId(name);
  return h(
    "div",
    { class: "field short" },
    h("label", { for: id }, label),
    h("input", { id, type: "number", name, min: 1, max, value, required: true, inputmode: "numeric" }),
  );
}

/** A link to the login if logging in again resolves the error `code`, else null. */
export const loginLink = (code) =>
  LOGIN_HELPS.has(code) ? h("p", {}, h("a", { class: "button", href: "/login" }, "Log in again")) : null;

/** The idempotency key of a new request for a cover, and a random seed in case it is to be another variation. */
export const newRequest = () => ({ key: crypto.randomUUID(), variation: Math.floor(Math.random() * 2 ** 31) });

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
