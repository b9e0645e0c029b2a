// A choice of pictures.

import { uniqueId } from "./controls.js";
import { h } from "./dom.js";

/** A radio button of the group `name`, shown as `picture` with `title` and an optional description below. */
export function radioCard(
  name,
  value,
  picture,
  title,
  description,
  { checked = false, disabled = false, link = null } = {},
) {
  const [id, descriptionId] = [uniqueId(name), uniqueId("about")];
  return h(
    "li",
    { class: "source" },
    h("input", {
      id,
      type: "radio",
      name,
      value,
      checked,
      disabled,
      "aria-describedby": description ? descriptionId : null,
    }),
    h("label", { for: id }, picture, h("span", { class: "name" }, title)),
    description && h("p", { class: "hint", id: descriptionId }, description, link && [" · ", link]),
  );
}
