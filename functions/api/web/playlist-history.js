// The images that were set on one playlist, with undo.

import { api } from "./api-client.js";
import { disableDuring } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, externalLink, h, hiddenText, imageWithRetry, reactiveSlot } from "./dom.js";
import { formatTime } from "./format.js";
import { icon } from "./icons.js";
import { playlistImage } from "./playlist-image.js";
import { playlistListing } from "./playlist-listing.js";
import {
  actionButton,
  entryTitle,
  entryToUndo,
  failureNotice,
  historyPoller,
  latestEntry,
  manualUndoHint,
  statusText,
  undoLabel,
} from "./publish-entries.js";
import { ALL_PLAYLISTS, NOT_STORED, PLAYLIST_HISTORY } from "./strings.js";

const DEFAULT_TITLE = "A playlist";

const PREVIOUS_IMAGE = {
  nobody: "Before: Spotify’s default image, or none.",
  ours: "Before: an earlier cover.",
};

const missingImage = () => h("span", { class: "picture missing" }, NOT_STORED);

function previousImage({ status, replaced, images }) {
  if (!replaced || status === "not_set") return null;
  if (replaced.whose !== "own") return h("p", { class: "hint" }, PREVIOUS_IMAGE[replaced.whose]);
  return h(
    "p",
    { class: "hint previous-image" },
    images.replaced &&
      imageWithRetry({ src: images.replaced, alt: "", width: 40, height: 40, loading: "lazy" }, missingImage),
    replaced.kept ? "Before: your own image, saved." : "Before: your own image, which could not be saved.",
  );
}

/** An entry of the history. `isLatest`: its image is on the playlist. `isUndoable`: it is the next to undo. */
function entryContent({ entry, isLatest, isUndoable }, { playlistId, createButton }) {
  const name = `${entryTitle(entry)}, ${formatTime(entry.asked_at)}`;
  const undo = isUndoable && undoLabel(entry);
  const status = statusText(entry);
  return [
    imageWithRetry(
      { class: "picture", src: entry.images.set, alt: "", width: 96, height: 96, loading: "lazy" },
      missingImage,
    ),
    h(
      "div",
      { class: "stack" },
      h("h3", {}, entryTitle(entry), isLatest && h("span", { class: "tag" }, "latest")),
      status && h("p", {}, status),
      entry.status === "not_set" && [
        h("p", { class: "hint" }, `Requested ${formatTime(entry.asked_at)}.`),
        failureNotice(entry),
      ],
      entry.note && h("p", { class: "hint" }, entry.note),
      previousImage(entry),
      isUndoable && entry.replaced && manualUndoHint(entry),
      entry.status !== "asked" &&
        h(
          "div",
          { class: "buttons" },
          undo && createButton(undo, () => api.undo(playlistId, entry.entry)),
          !isLatest && createButton("Set again", () => api.reapply(playlistId, entry.entry), `: ${name}`),
          entry.cover_id && h("a", { href: `#/covers/${entry.cover_id}` }, "Open cover", hiddenText(`: ${name}`)),
        ),
    ),
  ];
}

function currentImage(playlist) {
  return (
    playlist &&
    h(
      "figure",
      { class: "current-image" },
      playlistImage(playlist, 160),
      h(
        "figcaption",
        { class: "hint attribution" },
        externalLink(playlist.url, icon("spotify"), "Open on Spotify", hiddenText(`: ${playlist.name}`)),
      ),
    )
  );
}

/** The view of a playlist's history. */
export function playlistHistoryView(playlistId, { onError }) {
  const messages = h("div");
  const heading = h("h1", { tabindex: "-1" }, DEFAULT_TITLE);
  const image = reactiveSlot(currentImage);
  const emptyHint = h("p", { class: "empty", hidden: true }, "This app has not set an image on this playlist yet.");
  const clearButton = h("button", { type: "button", class: "danger" }, "Clear history");
  const clearSection = h(
    "section",
    { class: "stack", hidden: true },
    h("h2", {}, "Clear history"),
    h("p", { class: "hint" }, "The image on Spotify does not change. Covers stay in your gallery."),
    clearButton,
  );
  const poller = historyPoller(playlistId, { render, onError, messages });
  const createButton = (label, action, hint = null) =>
    actionButton(label, action, { onDone: () => poller.start(), onError, messages, hint });
  const list = h("ol", { class: "entries" });
  const slots = new Map();
  let setCount;

  /** The element of an entry. Each has a slot, so that focus stays in an entry that has not changed. */
  function entryElement(entry, entries) {
    if (!slots.has(entry.entry)) {
      const renderEntry = (data) => entryContent(data, { playlistId, createButton });
      slots.set(entry.entry, reactiveSlot(renderEntry, { class: "entry" }, "li"));
    }
    const slot = slots.get(entry.entry);
    slot.show({ entry, isLatest: entry === latestEntry(entries), isUndoable: entry === entryToUndo(entries) });
    return slot.element;
  }
  function render(entries) {
    entries.forEach((entry, index) => {
      const element = entryElement(entry, entries);
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    });
    while (list.children.length > entries.length) list.lastElementChild.remove();
    emptyHint.hidden = entries.length > 0;
    clearSection.hidden = entries.length === 0;
    if (heading.textContent === DEFAULT_TITLE && entries[0]?.playlist_name)
      heading.textContent = entries[0].playlist_name;
    // Only another image that was set can change what Spotify shows.
    const count = entries.filter(({ status }) => status === "set").length;
    if (count !== setCount) showCurrentImage();
    setCount = count;
  }
  async function showCurrentImage() {
    try {
      const playlist = await playlistListing().find(playlistId);
      image.show(playlist);
      if (playlist) heading.textContent = playlist.name;
    } catch (error) {
      onError(error, messages);
    }
  }
  clearButton.addEventListener("click", async () => {
    const sentences = [
      "This permanently deletes the list of images and your own images that were saved for undo. You can no longer undo.",
      "The image on Spotify does not change, and covers stay in your gallery.",
    ];
    if (!(await confirmAction("Clear this playlist’s history?", sentences, "Clear the history"))) return;
    try {
      await disableDuring(clearButton, () => api.clearHistory(playlistId));
      messages.replaceChildren();
      announce("History cleared.");
      await poller.start();
      heading.focus();
    } catch (error) {
      onError(error, messages);
    }
  });
  poller.start();
  const element = h(
    "div",
    { class: "history" },
    h(
      "header",
      { class: "stack" },
      h("p", {}, h("a", { href: "#/playlists" }, ALL_PLAYLISTS)),
      heading,
      image.element,
      h("a", { class: "button first small", href: `#/make/${playlistId}` }, "Make a cover"),
    ),
    h("div", { class: "stack" }, h("h2", {}, "Images set by this app"), messages, emptyHint, list, clearSection),
  );
  return { element, title: PLAYLIST_HISTORY, stop: poller.stop };
}
