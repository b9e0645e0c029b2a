// Tabs (https://www.w3.org/WAI/ARIA/apg/patterns/tabs/): arrow keys move, Tab leads into the panel.

import { uniqueId } from "./controls.js";
import { h } from "./dom.js";

/** Tabs for `parts`, each `{ title, element, onOpen }`, of which the first is open. Returns the elements and `open(n)`. */
export function tabs(label, parts) {
  const buttons = parts.map(({ title }, index) =>
    h("button", { type: "button", role: "tab", id: uniqueId("tab"), onclick: () => open(index) }, title),
  );
  const panels = parts.map(({ element }, index) =>
    h(
      "section",
      { role: "tabpanel", id: uniqueId("panel"), "aria-labelledby": buttons[index].id, tabindex: "0" },
      element,
    ),
  );
  const list = h("div", { role: "tablist", "aria-label": label }, buttons);

  function open(openIndex) {
    for (const [index, button] of buttons.entries()) {
      const isOpen = index === openIndex;
      button.setAttribute("aria-selected", String(isOpen));
      button.setAttribute("aria-controls", panels[index].id);
      button.tabIndex = isOpen ? 0 : -1;
      panels[index].hidden = !isOpen;
    }
    parts[openIndex].onOpen?.();
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const current = buttons.indexOf(document.activeElement);
    const next = (current + step + buttons.length) % buttons.length;
    open(next);
    buttons[next].focus();
  });
  open(0);
  return { elements: [list, ...panels], buttons, open };
}
