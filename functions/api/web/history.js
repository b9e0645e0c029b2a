// One playlist: what was set as its image, when, and the way back.

import { api } from "./api-client.js";
import { disableDuring } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, externalLink, h, imageWithRetry, reactiveSlot } from "./dom.js";
import { asking, follow, kindOf, latest, refusal, standing, undoable, undoName, wayBack } from "./entries.js";
import { formatTime } from "./format.js";
import { playlistImage } from "./playlist-image.js";
import { playlistListing } from "./playlist-listing.js";

const UNNAMED = "A playlist";
const gone = () => h("span", { class: "art none" }, "no longer kept");

const BEFORE = {
  nobody: "Before it: Spotify’s own picture, or none.",
  ours: "Before it: an earlier cover.",
};

function replaced({ status, replaced, images }) {
  if (!replaced || status === "not_set") return null;
  if (replaced.whose !== "own") return h("p", { class: "hint" }, BEFORE[replaced.whose]);
  return h(
    "p",
    { class: "hint replaced" },
    images.replaced && imageWithRetry({ src: images.replaced, alt: "", width: 40, height: 40, loading: "lazy" }, gone),
    replaced.kept ? "Before it: your own image, kept here." : "Before it: an image of your own that could not be kept.",
  );
}

/** `isNewest`: no later one was set. `isNext`: the next to be taken back. `asked` makes a button. */
function row({ entry, isNewest, isNext }, { playlistId, asked }) {
  const name = `${kindOf(entry)} of ${formatTime(entry.asked_at)}`;
  const undo = isNext && undoName(entry);
  const told = standing(entry);
  return [
    imageWithRetry({ class: "picture", src: entry.images.set, alt: "", width: 96, height: 96, loading: "lazy" }, gone),
    h(
      "div",
      { class: "stack" },
      h("h3", {}, kindOf(entry), isNewest && h("span", { class: "tag" }, "set last")),
      told && h("p", {}, told),
      entry.status === "not_set" && [
        h("p", { class: "hint" }, `Asked for on ${formatTime(entry.asked_at)}.`),
        refusal(entry),
      ],
      entry.note && h("p", { class: "hint" }, entry.note),
      replaced(entry),
      isNext && entry.replaced && wayBack(entry),
      entry.status !== "asked" &&
        h(
          "div",
          { class: "buttons" },
          undo && asked(undo, () => api.undo(playlistId, entry.entry)),
          !isNewest && asked("Set again", () => api.reapply(playlistId, entry.entry), `: ${name}`),
          entry.cover_id &&
            h(
              "a",
              { href: `#/covers/${entry.cover_id}` },
              "Open the cover",
              h("span", { class: "unseen" }, `: ${name}`),
            ),
        ),
    ),
  ];
}

export function historyView(playlistId, { onError }) {
  const messages = h("div");
  const heading = h("h1", { tabindex: "-1" }, UNNAMED);
  const image = reactiveSlot(
    (playlist) =>
      playlist &&
      h(
        "figure",
        { class: "now" },
        playlistImage(playlist, 160),
        h(
          "figcaption",
          { class: "hint" },
          "What Spotify shows now. ",
          externalLink(playlist.url, "Open on Spotify", h("span", { class: "unseen" }, `: ${playlist.name}`)),
        ),
      ),
  );
  const empty = h("p", { class: "empty", hidden: true }, "Nothing has been set on this playlist from here.");
  const clear = h("button", { type: "button", class: "danger" }, "Clear history");
  const clearing = h(
    "section",
    { class: "stack", hidden: true },
    h("h2", {}, "Clear the history"),
    h("p", { class: "hint" }, "The image on Spotify stays as it is. Covers stay in your gallery."),
    clear,
  );
  const asked = (label, ask, hint = null) =>
    asking(label, ask, { done: () => followed.look(), onError, messages, hint });
  const list = h("ol", { class: "entries" });
  const rows = new Map();
  let seen;

  /** Each entry in its own place, so that focus stays where nothing has changed. */
  function place(entry, items) {
    if (!rows.has(entry.entry))
      rows.set(
        entry.entry,
        reactiveSlot((shown) => row(shown, { playlistId, asked }), { class: "entry" }, "li"),
      );
    const found = rows.get(entry.entry);
    found.show({ entry, isNewest: entry === latest(items), isNext: entry === undoable(items) });
    return found.element;
  }
  function draw(items) {
    items.forEach((entry, at) => {
      const element = place(entry, items);
      if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
    });
    while (list.children.length > items.length) list.lastElementChild.remove();
    empty.hidden = items.length > 0;
    clearing.hidden = !empty.hidden;
    if (heading.textContent === UNNAMED && items[0]?.playlist_name) heading.textContent = items[0].playlist_name;
    // Spotify is asked again only where something may have changed what it shows.
    const now = items.filter(({ status }) => status === "set").length;
    if (now !== seen) showImage();
    seen = now;
  }
  async function showImage() {
    try {
      const playlist = await playlistListing().find(playlistId);
      image.show(playlist);
      if (playlist) heading.textContent = playlist.name;
    } catch (error) {
      onError(error, messages);
    }
  }
  clear.addEventListener("click", async () => {
    const sentences = [
      "What was set here, and images of your own that were kept for a way back, are deleted for good: undo is not possible any more.",
      "The image on Spotify stays as it is, and covers stay in your gallery.",
    ];
    if (!(await confirmAction("Clear this playlist’s history?", sentences, "Clear the history"))) return;
    try {
      await disableDuring(clear, () => api.clearHistory(playlistId));
      messages.replaceChildren();
      announce("The history is cleared.");
      await followed.look();
      heading.focus();
    } catch (error) {
      onError(error, messages);
    }
  });
  const followed = follow(playlistId, { draw, onError, messages });
  followed.look();
  const element = h(
    "div",
    { class: "history" },
    h(
      "header",
      { class: "stack" },
      h("p", {}, h("a", { href: "#/playlists" }, "All playlists")),
      heading,
      image.element,
    ),
    h("div", { class: "stack" }, h("h2", {}, "What was set from here"), messages, empty, list, clearing),
  );
  return { element, title: "A playlist’s history", stop: followed.stop };
}
