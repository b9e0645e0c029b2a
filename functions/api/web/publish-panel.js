// A cover as the image of a playlist: set it, follow its state, undo it.

import { api } from "./api-client.js";
import { disableDuring, uniqueId } from "./controls.js";
import { externalLink, h, reactiveSlot } from "./dom.js";
import { formatTime } from "./format.js";
import { playlistListing, playlistUrl } from "./playlist-listing.js";
import {
  actionButton,
  failureNotice,
  historyPoller,
  latestEntry,
  manualUndoHint,
  statusText,
  undoLabel,
} from "./publish-entries.js";
import { OWN_IMAGE_SAVED, PLAYLIST_HISTORY, TRY_AGAIN } from "./strings.js";

const NOT_OWNED =
  "This playlist is not yours, and Spotify lets only its owner set its image. You can download the cover instead.";

/** A panel with `element`, `show(cover)` and `stop()`. */
export function publishPanel({ onError }) {
  const element = h("section", { class: "publish-panel stack", hidden: true });
  let playlistPanel;
  let shownStatus;

  const fill = (...children) => element.replaceChildren(h("h2", {}, "On Spotify"), ...children);
  function showPlaylist(cover, playlist) {
    playlistPanel = playlistPublishPanel(cover, playlist, onError);
    fill(playlistPanel.element);
  }
  function show(cover) {
    const isDone = cover.status === "done";
    const willBePublished = cover.options.publish && cover.status !== "failed";
    element.hidden = !isDone && !willBePublished;
    if (element.hidden || shownStatus === cover.status) return;
    shownStatus = cover.status;
    if (!isDone) fill(h("p", { class: "hint" }, "It will be set on its playlist when it is finished."));
    else if (cover.source.kind === "playlist") showPlaylist(cover, { id: cover.source.playlist_id, name: cover.title });
    else fill(playlistChooser(cover, onError, (playlist) => showPlaylist(cover, playlist)));
  }
  return { element, show, stop: () => playlistPanel?.stop() };
}

/** A choice of the playlist for a cover that was not made from one; `onDone(playlist)` is called once it is set. */
function playlistChooser(cover, onError, onDone) {
  const [id, messages] = [uniqueId("playlist"), h("div")];
  const select = h("select", { id, required: true });
  const submitButton = h("button", {}, "Set on Spotify");
  const openButton = h("button", { type: "button", class: "secondary" }, "Choose a playlist");
  const form = h(
    "form",
    { hidden: true, onsubmit: submit },
    h("div", { class: "field" }, h("label", { for: id }, "Which playlist is it for?"), select),
    h("p", { class: "hint" }, OWN_IMAGE_SAVED),
    h("div", { class: "buttons" }, submitButton),
  );
  async function submit(event) {
    event.preventDefault();
    messages.replaceChildren();
    try {
      await disableDuring(submitButton, () => api.setOnPlaylist(cover.cover_id, select.value));
      onDone({ id: select.value, name: select.selectedOptions[0].textContent });
    } catch (error) {
      onError(error, messages);
    }
  }
  openButton.addEventListener("click", async () => {
    messages.replaceChildren();
    try {
      const playlists = await disableDuring(openButton, () => playlistListing().listOwned());
      select.replaceChildren(...playlists.map((playlist) => h("option", { value: playlist.id }, playlist.name)));
      openButton.hidden = playlists.length > 0;
      form.hidden = playlists.length === 0;
      if (form.hidden) messages.replaceChildren(h("p", { class: "hint" }, "You do not own a playlist."));
      else select.focus();
    } catch (error) {
      onError(error, messages);
    }
  });
  return h(
    "div",
    { class: "stack" },
    h("p", { class: "hint" }, "You can set it as the image of one of your playlists."),
    openButton,
    form,
    messages,
  );
}

/** The state of a cover on one playlist, polled while it changes. */
function playlistPublishPanel(cover, { id: playlistId, name }, onError) {
  const messages = h("div");
  const historyLink = h("p", {}, h("a", { href: `#/playlists/${playlistId}` }, PLAYLIST_HISTORY));
  // The listener may try to set the image unless Spotify says that the playlist is somebody else's.
  let isForeign = false;
  let isOwnerRead = false;

  const poller = historyPoller(playlistId, { render, onError, messages });
  const callbacks = { onDone: () => poller.start(), onError, messages };
  const setButton = (label, isSecondary = false) =>
    h(
      "div",
      { class: "buttons" },
      actionButton(label, () => api.setOnPlaylist(cover.cover_id, playlistId), { ...callbacks, isSecondary }),
    );
  const undoButton = (label, entryId) =>
    h(
      "div",
      { class: "buttons" },
      actionButton(label, () => api.undo(playlistId, entryId), callbacks),
    );
  const findEntry = (entries) => entries.find((entry) => entry.cover_id === cover.cover_id);

  const content = reactiveSlot(
    ({ entries, canSet }) => {
      const entry = findEntry(entries);
      const playlistLink = externalLink(playlistUrl(playlistId), entries[0]?.playlist_name || name || "The playlist");
      if (!entry) return contentWithoutEntry(playlistLink, canSet);
      const latest = latestEntry(entries);
      const undoEntry = entries.find(({ undoes }) => undoes === entry.entry);
      if (undoEntry && (undoEntry.status !== "set" || undoEntry === latest))
        return undoContent(undoEntry, playlistLink);
      if (entry.status === "not_set")
        return failureNotice(entry, setButton(entry.code === "playlist_image_is_own" ? "Replace my image" : TRY_AGAIN));
      return entryContent(entry, latest, playlistLink);
    },
    { class: "stack" },
  );

  function contentWithoutEntry(playlistLink, canSet) {
    if (!canSet) return h("p", { class: "hint" }, NOT_OWNED);
    if (cover.published?.status === "not_set") return failureNotice(cover.published, setButton(TRY_AGAIN));
    return [
      h("p", {}, "Not set on ", playlistLink, " yet."),
      h("p", { class: "hint" }, OWN_IMAGE_SAVED),
      setButton("Set on Spotify"),
    ];
  }

  function entryContent(entry, latest, playlistLink) {
    const elements = [
      h("p", {}, playlistLink, ": ", statusText(entry)),
      entry.note && h("p", { class: "hint" }, entry.note),
    ];
    if (entry.status === "asked") return elements;
    if (entry.entry !== latest?.entry) {
      const time = formatTime(latest.set_at ?? latest.asked_at);
      return [
        ...elements,
        h("p", { class: "hint" }, `Another image replaced it on ${time}.`),
        setButton("Set on Spotify again", true),
      ];
    }
    if (entry.undoes !== null) return elements;
    const label = undoLabel(entry);
    return [...elements, label ? undoButton(label, entry.entry) : manualUndoHint(entry)];
  }

  function undoContent(entry, playlistLink) {
    const image = entry.cover_id ? "the earlier cover" : "your own image";
    if (entry.status === "not_set") return failureNotice(entry, undoButton("Retry undo", entry.undoes));
    const sentence = {
      asked: `restoring ${image} …`,
      confirming: `Spotify has accepted ${image} but does not show it yet. This can take a few minutes.`,
      set: `${image} was restored on ${formatTime(entry.set_at ?? entry.asked_at)}.`,
    }[entry.status];
    return [
      h("p", {}, playlistLink, ": ", sentence),
      entry.note && h("p", { class: "hint" }, entry.note),
      entry.status !== "asked" && setButton("Set on Spotify again", true),
    ];
  }

  async function render(entries) {
    historyLink.hidden = entries.length === 0;
    content.show({ entries, canSet: !isForeign });
    if (isOwnerRead || findEntry(entries)) return;
    isOwnerRead = true;
    try {
      isForeign = (await playlistListing().find(playlistId))?.owned === false;
    } catch (error) {
      // If Spotify does not answer now, setting the cover will report it.
      if (error.status === 401) onError(error, messages);
    }
    if (isForeign) content.show({ entries, canSet: false });
  }
  poller.start();
  return { element: h("div", { class: "stack" }, content.element, messages, historyLink), stop: poller.stop };
}
