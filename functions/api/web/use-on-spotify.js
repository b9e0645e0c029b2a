// A cover as the image of a playlist: the button that sets it, its state, undo.

import { api } from "./api-client.js";
import { findChosen } from "./candidates.js";
import { disableDuring, uniqueId } from "./controls.js";
import { h, reactiveSlot } from "./dom.js";
import { formatDay, formatSince } from "./format.js";
import { icon } from "./icons.js";
import { playlistListing } from "./playlist-listing.js";
import { failureNotice, historyPoller, latestEntry, manualUndoHint, undoLabel } from "./publish-entries.js";
import { OWN_IMAGE_SAVED, TRY_AGAIN } from "./strings.js";

const NOT_OWNED =
  "This playlist is not yours, and Spotify lets only its owner set its image. You can download the cover.";
const USE = "Use on Spotify";

/** Ask which of the listener's playlists a cover is for; resolves to a playlist, or null. Raises ApiError. */
async function choosePlaylist() {
  const playlists = (await playlistListing().readAll()).filter(({ owned }) => owned);
  const id = uniqueId("playlist");
  const select = h(
    "select",
    { id },
    playlists.map((playlist) => h("option", { value: playlist.id }, playlist.name)),
  );
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-labelledby": `${id}-title` },
      h("h2", { id: `${id}-title` }, "Use on Spotify"),
      playlists.length
        ? h("div", { class: "field" }, h("label", { for: id }, "Which playlist is it for?"), select)
        : h("p", {}, "You do not own a playlist."),
      h("p", { class: "hint" }, OWN_IMAGE_SAVED),
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        playlists.length > 0 && h("button", { class: "first", onclick: () => dialog.close("yes") }, "Set"),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      const isChosen = dialog.returnValue === "yes";
      resolve(isChosen ? (playlists.find((playlist) => playlist.id === select.value) ?? null) : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** What is known of a cover's chosen candidate on a playlist: its entry, the playlist's latest, and an undo of it. */
function findState(cover, entries) {
  const latest = latestEntry(entries);
  const isChosen = ({ candidate }) => candidate === null || candidate === findChosen(cover);
  const own = entries.filter(({ cover_id: coverId, undoes }) => coverId === cover.cover_id && undoes === null);
  const entry = own.find(isChosen) ?? null;
  const undo = entry && entries.find(({ undoes }) => undoes === entry.entry);
  return { entry, latest, undo: undo ?? null };
}

/** The button and its state: elements `buttons`, `text` and `notice`; `show(cover)`; `stop()`.
 *
 * `onChange(playlistId)` is called when the playlist's history has been read. */
export function spotifyUse({ onError, messages, onChange }) {
  let cover;
  let playlist = null; // its id and name
  let poller = null;
  let entries = [];
  let isForeign = false;
  let isOwnerRead = false;

  const buttons = reactiveSlot(renderButtons, { class: "buttons use" });
  const text = reactiveSlot(renderText, {}, "span");
  const failure = reactiveSlot(renderFailure);

  function refresh() {
    const { entry, latest, undo } = findState(cover, entries);
    const state = { isReady: cover.status === "done", isForeign, entry, latest, undo };
    for (const slot of [buttons, text, failure]) slot.show(state);
    onChange?.(playlist);
  }
  async function set(element) {
    messages.replaceChildren();
    try {
      const target = playlist ?? (await disableDuring(element, choosePlaylist));
      if (!target) return;
      setPlaylist(target);
      await disableDuring(element, () => api.setOnPlaylist(cover.cover_id, target.id));
      poller.start();
    } catch (error) {
      onError(error, messages);
    }
  }
  async function undoEntry(element, entryId) {
    messages.replaceChildren();
    try {
      await disableDuring(element, () => api.undo(playlist.id, entryId));
      poller.start();
    } catch (error) {
      onError(error, messages);
    }
  }
  function button(label, action, attributes = {}) {
    return h("button", { type: "button", ...attributes, onclick: (event) => action(event.currentTarget) }, label);
  }

  function renderButtons({ isReady, entry, latest, undo }) {
    const setButton = (label) => button(label, set, { class: "first", disabled: !isReady || isForeign });
    if (!entry) return setButton(USE);
    if (undo && undo.status === "asked")
      return button("Undoing …", () => {}, { "aria-disabled": "true", "aria-busy": "true" });
    if (undo && undo.status !== "not_set") return setButton(`${USE} again`);
    if (entry.status === "asked")
      return button("Setting …", () => {}, { class: "first", "aria-disabled": "true", "aria-busy": "true" });
    if (entry.status === "not_set")
      return setButton(entry.code === "playlist_image_is_own" ? "Replace my image" : TRY_AGAIN);
    if (entry.entry !== latest?.entry) return setButton(`${USE} again`);
    return [
      button([icon("check"), "On Spotify"], () => {}, { class: "done", "aria-disabled": "true" }),
      undoLabel(entry) && button("Undo", (element) => undoEntry(element, entry.entry), { title: undoLabel(entry) }),
    ];
  }
  function renderText({ entry, latest, undo }) {
    if (!entry) return "not on Spotify yet";
    if (undo?.status === "set" || undo?.status === "confirming")
      return undo.cover_id ? "undone: the earlier cover is back" : "undone: your own image is back";
    if (entry.status === "asked") return "being set on Spotify …";
    if (entry.status === "confirming") return "accepted by Spotify, which shows it in a few minutes";
    if (entry.status === "not_set") return "not on Spotify";
    if (entry.entry !== latest?.entry) return `was on Spotify until ${formatDay(latest.set_at ?? latest.asked_at)}`;
    return `on Spotify since ${formatSince(entry.set_at ?? entry.asked_at)}`;
  }
  function renderFailure({ entry, undo, latest }) {
    if (isForeign) return h("p", { class: "hint" }, NOT_OWNED);
    if (!entry) return cover.published?.status === "not_set" && failureNotice(cover.published);
    if (undo?.status === "not_set")
      return failureNotice(
        undo,
        button("Retry undo", (element) => undoEntry(element, entry.entry)),
      );
    if (entry.status === "not_set") return failureNotice(entry);
    return [entry.note && h("p", { class: "hint" }, entry.note), entry === latest && !undo && manualUndoHint(entry)];
  }
  function setPlaylist(target) {
    if (playlist?.id === target.id && poller) return;
    poller?.stop();
    playlist = target;
    poller = historyPoller(target.id, { render, onError, messages });
    poller.start();
  }
  async function render(newEntries) {
    entries = newEntries;
    refresh();
    if (isOwnerRead || findState(cover, entries).entry) return;
    isOwnerRead = true;
    try {
      isForeign = (await playlistListing().find(playlist.id))?.owned === false;
    } catch (error) {
      // If Spotify does not answer now, setting the cover will report it.
      if (error.status === 401) onError(error, messages);
    }
    if (isForeign) refresh();
  }
  return {
    buttons: buttons.element,
    text: text.element,
    notice: failure.element,
    show(newCover) {
      cover = newCover;
      refresh();
      const wasSet = cover.status === "done" && poller === null;
      if (wasSet && cover.source?.kind === "playlist") setPlaylist({ id: cover.source.playlist_id, name: cover.title });
    },
    /** Set the cover on another playlist. */
    async useElsewhere(element) {
      const target = await disableDuring(element, choosePlaylist);
      if (!target) return;
      setPlaylist(target);
      await set(element);
    },
    stop: () => poller?.stop(),
  };
}
