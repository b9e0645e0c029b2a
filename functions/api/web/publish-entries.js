// The entries of a playlist's history: their texts and buttons, and polling for changes.

import { api } from "./api-client.js";
import { disableDuring, loginLink } from "./controls.js";
import { announce, externalLink, h, hiddenText, notice } from "./dom.js";
import { formatTime } from "./format.js";
import { playlistUrl } from "./playlist-listing.js";

const POLL_PENDING_MS = 1000; // while the app sets an image
const POLL_CONFIRMING_MS = 10_000; // while Spotify does not show it yet
const POLL_FOR_MS = 6 * 60_000;

const NOTHING_HELPS = new Set(["playlist_not_owned", "playlist_not_found", "not_allow_listed"]);

const isOnSpotify = ({ status }) => status === "set" || status === "confirming";

/** The newest entry whose image is on the playlist, as far as the app knows; null if none is. Newest entries first. */
export const latestEntry = (entries) => entries.find(isOnSpotify) ?? null;

/** The entry that can be undone next, or null. Newest entries first. */
export const entryToUndo = (entries) =>
  entries.find((entry) => isOnSpotify(entry) && entry.undoes === null && !entry.undone) ?? null;

/** The label of a button that undoes an entry; null if the app cannot undo it. */
export function undoLabel({ replaced }) {
  if (replaced?.whose === "own" && replaced.kept) return "Undo: restore your own image";
  if (replaced?.whose === "ours") return "Undo: restore the earlier cover";
  return null;
}

/** How to remove the image by hand; null if the app can undo the entry. */
export function manualUndoHint({ playlist_id: playlistId, replaced }) {
  if (undoLabel({ replaced }) !== null) return null;
  const before =
    replaced?.whose === "own" ? "The previous image could not be saved. " : "There was no image of your own before. ";
  return h(
    "p",
    { class: "hint" },
    before,
    "To get Spotify’s default image back, open ",
    externalLink(playlistUrl(playlistId), "the playlist on Spotify"),
    ", choose “Edit details” and remove the photo.",
  );
}

/** What the image of an entry is. */
export function entryTitle({ cover_id: coverId, undoes, status }) {
  if (undoes !== null && status === "asked")
    return coverId ? "Restoring the earlier cover" : "Restoring your own image";
  if (undoes !== null) return coverId ? "Earlier cover, restored" : "Your own image, restored";
  return coverId ? "Cover" : "Your own image";
}

/** A sentence on the state of an entry; null for a failed one, which has a message instead. */
export function statusText({ status, asked_at: requestTime, set_at: setTime, undone }) {
  if (status === "asked") return "Setting it on Spotify …";
  if (status === "confirming") return "Spotify has accepted it but does not show it yet. This can take a few minutes.";
  if (status === "set") return `Set ${formatTime(setTime ?? requestTime)}${undone ? ", undone since" : ""}.`;
  return null;
}

/** Why an image was not set, with a way to log in again or the `retryButton`, whichever can help. */
export function failureNotice({ code, message }, retryButton = null) {
  const help = loginLink(code) ?? (!NOTHING_HELPS.has(code) && retryButton);
  return notice(message ?? "The playlist image was not set. Please try again.", "bad", help);
}

/** A button that calls `action` and then `onDone`; `hint` is added to its label for screen readers. */
export function actionButton(label, action, { onDone, onError, messages, hint = null }) {
  const button = h("button", { type: "button", class: "small" }, label, hint && hiddenText(hint));
  button.addEventListener("click", async () => {
    messages.replaceChildren();
    try {
      await disableDuring(button, action);
      onDone();
    } catch (error) {
      onError(error, messages);
    }
  });
  return button;
}

function announceChange(oldEntries, newEntries) {
  const oldStatus = new Map(oldEntries.map(({ entry, status }) => [entry, status]));
  const change = newEntries.find(({ entry, status }) => oldStatus.has(entry) && oldStatus.get(entry) !== status);
  if (!change) return;
  announce(
    change.status === "not_set" ? `Not set. ${change.message ?? ""}` : `${entryTitle(change)}. ${statusText(change)}`,
  );
}

/** Read a playlist's history, and poll it while an entry is in progress.
 *
 * Calls `render(entries)` with the newest entry first. */
export function historyPoller(playlistId, { render, onError, messages }) {
  let entries = [];
  let deadline = 0;
  let currentRead = 0;
  let timer;

  async function read() {
    const thisRead = ++currentRead;
    clearTimeout(timer);
    let pause = POLL_CONFIRMING_MS;
    try {
      const { items } = await api.getHistory(playlistId);
      if (thisRead !== currentRead) return;
      announceChange(entries, items);
      entries = items;
      render(entries);
      const statuses = entries.map(({ status }) => status);
      if (!statuses.includes("asked") && !statuses.includes("confirming")) return;
      if (statuses.includes("asked")) pause = POLL_PENDING_MS;
    } catch (error) {
      if (thisRead !== currentRead) return;
      onError(error, messages);
      if (error.status === 401 || error.status === 422) return;
    }
    if (Date.now() < deadline) timer = setTimeout(read, pause);
  }
  return {
    /** Read at once, and poll for a few minutes from now on. */
    start() {
      deadline = Date.now() + POLL_FOR_MS;
      return read();
    },
    stop() {
      currentRead += 1;
      clearTimeout(timer);
    },
  };
}
