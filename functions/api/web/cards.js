// Pictures of which one is chosen.

import { uniqueId } from "./controls.js";
import { h } from "./dom.js";

/** A radio button of the group `name`, shown as a picture with its name under it. */
export function card(name, value, picture, title, about, { checked = false, disabled = false, link = null } = {}) {
  const [id, told] = [uniqueId(name), uniqueId("about")];
  return h(
    "li",
    { class: "source" },
    h("input", { id, type: "radio", name, value, checked, disabled, "aria-describedby": about ? told : null }),
    h("label", { for: id }, picture, h("span", { class: "name" }, title)),
    about && h("p", { class: "hint", id: told }, about, link && [" · ", link]),
  );
}

/** A playlist's image as Spotify has it, whole; its name stands beside it. */
export function playlistImage({ image }, size) {
  return image
    ? h("img", { class: "art", src: image, alt: "", width: size, height: size, loading: "lazy" })
    : h("span", { class: "art none" }, "no image yet");
}
