// Form controls that more than one view shows.

import { h } from "./dom.js";
import { formatPercent } from "./format.js";

let count = 0;
/** An id for a control and its label. */
export const fresh = (name) => `${name}-${++count}`;

/** The style strength, 0 to 1, as a slider from 0 to 100. */
export function strength(value) {
  const [id, hint] = [fresh("strength"), fresh("hint")];
  const shown = h("output", { for: id }, formatPercent(value));
  const input = h("input", {
    id,
    type: "range",
    name: "style_strength",
    min: 0,
    max: 100,
    step: 5,
    value: Math.round(value * 100),
    "aria-describedby": hint,
    oninput: () => {
      shown.textContent = formatPercent(input.value / 100);
    },
  });
  return h(
    "div",
    { class: "field" },
    h("div", { class: "between" }, h("label", { for: id }, "Style strength"), shown),
    input,
    h(
      "p",
      { class: "hint", id: hint },
      "How much the painting takes on the look of your artwork; 0 leaves it as painted.",
    ),
  );
}

export function check(name, label, hint, checked = false, attributes = {}) {
  const [id, told] = [fresh(name), fresh("hint")];
  return h(
    "div",
    { class: "check" },
    h("input", { id, type: "checkbox", name, checked, "aria-describedby": hint ? told : null, ...attributes }),
    h("div", {}, h("label", { for: id }, label), hint && h("p", { class: "hint", id: told }, hint)),
  );
}

export function number(name, label, value, max) {
  const id = fresh(name);
  return h(
    "div",
    { class: "field short" },
    h("label", { for: id }, label),
    h("input", { id, type: "number", name, min: 1, max, value, required: true, inputmode: "numeric" }),
  );
}

/** What makes one wish one cover, however often it is sent, and the seed that it has if another variation is wanted. */
export const newWish = () => ({ key: crypto.randomUUID(), variation: Math.floor(Math.random() * 2 ** 31) });

/** A button that cannot be pressed twice while its work is under way; it keeps the focus. */
export async function busy(button, work) {
  const held = document.activeElement === button;
  button.disabled = true;
  try {
    return await work();
  } finally {
    button.disabled = false;
    if (held && document.activeElement === document.body) button.focus();
  }
}
