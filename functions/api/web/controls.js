// Form controls that several views use.

import { h } from "./dom.js";
import { formatPercent } from "./format.js";

const LOGIN_HELPS = new Set(["consent_needed", "reconnect_needed"]);

let idCount = 0;
/** An id that no other element has, for a control and its label. */
export const uniqueId = (name) => `${name}-${++idCount}`;

/** A slider for the style strength; `value` is 0 to 1, the input's value 0 to 100. */
export function strengthSlider(value) {
  const [id, hintId] = [uniqueId("strength"), uniqueId("hint")];
  const output = h("output", { for: id }, formatPercent(value));
  const input = h("input", {
    id,
    type: "range",
    name: "style_strength",
    min: 0,
    max: 100,
    step: 5,
    value: Math.round(value * 100),
    "aria-describedby": hintId,
    oninput: () => {
      output.textContent = formatPercent(input.value / 100);
    },
  });
  return h(
    "div",
    { class: "field" },
    h("div", { class: "spread" }, h("label", { for: id }, "Style strength"), output),
    input,
    h(
      "p",
      { class: "hint", id: hintId },
      "How strongly the painting takes on the style of your artwork. 0 leaves it as painted.",
    ),
  );
}

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
  checkbox(
    "keep_colours",
    "Keep the painting’s colors",
    "Only brushstrokes and textures come from the style.",
    checked,
  );

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
