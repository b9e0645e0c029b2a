// A playlist on the wall of a library: its image, which becomes its cover.

import { uniqueId } from "./controls.js";
import { h, hiddenText, imageWithRetry } from "./dom.js";
import { playlistImage } from "./playlist-image.js";

const BUSY_STATES = { waiting: "waiting", painting: "being painted", setting: "being set", undoing: "being undone" };

/** A checkbox with a playlist's image; `show(item)` shows its state in a run. */
export function wallItem(playlist) {
  const id = uniqueId("wall");
  const input = h("input", { id, type: "checkbox", name: "playlist", value: playlist.id, checked: true });
  const picture = h("span", { class: "stage" }, playlistImage(playlist, 152));
  const hint = h("span", { class: "hint" });
  const element = h(
    "li",
    { class: "card" },
    input,
    h("label", { for: id }, picture, h("span", { class: "name" }, playlist.name)),
    hint,
  );
  let shown = "";
  return {
    element,
    input,
    playlist,
    show(item) {
      const key = JSON.stringify(item ?? null);
      if (key === shown) return;
      shown = key;
      element.dataset.state = item?.state ?? "";
      const image = item?.picture
        ? imageWithRetry({ class: "picture", src: item.picture, alt: item.alt, width: 300, height: 300 })
        : playlistImage(playlist, 152);
      picture.replaceChildren(image, ...(item?.state in BUSY_STATES ? [h("span", { class: "spinner" })] : []));
      const texts = { set: "On Spotify", failed: "Failed", ...BUSY_STATES };
      hint.replaceChildren(
        item?.coverId
          ? h("a", { href: `#/covers/${item.coverId}` }, texts[item.state] ?? "Open", hiddenText(`: ${playlist.name}`))
          : (texts[item?.state] ?? ""),
      );
    },
  };
}
