// What an entry of a playlist's history means, in words, and how long it is followed.

import { api } from "./api-client.js";
import { disableDuring } from "./controls.js";
import { announce, externalLink, h, notice } from "./dom.js";
import { formatTime } from "./format.js";
import { playlistUrl } from "./playlist-listing.js";

const SOON = 1000; // milliseconds, while it is being set
const LATER = 10_000; // while Spotify does not show it yet
const FOLLOWED_FOR = 6 * 60_000;

const LOGIN_HELPS = new Set(["consent_needed", "reconnect_needed"]);
const NOTHING_HELPS = new Set(["playlist_not_owned", "playlist_not_found", "not_allow_listed"]);

const reached = ({ status }) => status === "set" || status === "confirming";

/** Of entries, the newest first: the one whose picture the playlist has, as far as is known here. */
export const latest = (items) => items.find(reached) ?? null;

/** The one that is taken back next. */
export const undoable = (items) =>
  items.find((entry) => reached(entry) && entry.undoes === null && !entry.undone) ?? null;

/** What taking an entry back does; null where the app can do nothing. */
export function undoName({ replaced }) {
  if (replaced?.whose === "own" && replaced.kept) return "Undo: put your own image back";
  if (replaced?.whose === "ours") return "Undo: put the earlier cover back";
  return null;
}

/** How to come back to where no undo leads. */
export function wayBack({ playlist_id, replaced }) {
  if (undoName({ replaced }) !== null) return null;
  const before =
    replaced?.whose === "own"
      ? "The image that was there before could not be kept. "
      : "There was no image of your own before. ";
  return h(
    "p",
    { class: "hint" },
    before,
    "To have Spotify’s own picture again, open ",
    externalLink(playlistUrl(playlist_id), "the playlist on Spotify"),
    ", choose “Edit details” and remove the photo there.",
  );
}

/** What is shown on the picture. */
export function kindOf({ cover_id, undoes }) {
  if (undoes !== null) return cover_id ? "An earlier cover, put back" : "Your own image, put back";
  return cover_id ? "A cover" : "Your own image";
}

/** A sentence on how far it is; null for what was refused, which has a reason instead. */
export function standing({ status, asked_at, set_at, undone }) {
  if (status === "asked") return "Being set on Spotify …";
  if (status === "confirming") return "Spotify has it and does not show it yet. That can take a few minutes.";
  if (status === "set") return `Set on ${formatTime(set_at ?? asked_at)}${undone ? ", and taken back since" : ""}.`;
  return null;
}

/** Why it was not set, and what to do about it. `again`: what is offered where trying again may help. */
export function refusal({ code, message }, again = null) {
  const helps = LOGIN_HELPS.has(code)
    ? h("p", {}, h("a", { class: "button", href: "/login" }, "Log in again"))
    : !NOTHING_HELPS.has(code) && again;
  return notice(message ?? "The playlist image was not set. Please try again.", "bad", helps || "");
}

/** A button that asks for something to be set, and is `done` then. `hint` is for those who listen to the page. */
export function asking(label, ask, { done, onError, messages, quiet = true, hint = null }) {
  const button = h(
    "button",
    { type: "button", class: quiet && "quiet" },
    label,
    hint && h("span", { class: "unseen" }, hint),
  );
  button.addEventListener("click", async () => {
    messages.replaceChildren();
    try {
      await disableDuring(button, ask);
      done();
    } catch (error) {
      onError(error, messages);
    }
  });
  return button;
}

/** Tells those who listen to the page of what has changed between two looks. */
function tellChanges(before, after) {
  const known = new Map(before.map(({ entry, status }) => [entry, status]));
  const changed = after.find(({ entry, status }) => known.has(entry) && known.get(entry) !== status);
  if (changed)
    announce(
      changed.status === "not_set" ? `Not set. ${changed.message ?? ""}` : `${kindOf(changed)}. ${standing(changed)}`,
    );
}

/** Reads a playlist's history, and again for as long as something moves in it. `draw(items)`, the newest first. */
export function follow(playlistId, { draw, onError, messages }) {
  let items = [];
  let until = 0;
  let looks = 0;
  let timer;

  async function look() {
    const mine = ++looks;
    clearTimeout(timer);
    let wait = LATER;
    try {
      const told = await api.getHistory(playlistId);
      if (mine !== looks) return;
      tellChanges(items, told.items);
      items = told.items;
      draw(items);
      const moving = items.map(({ status }) => status);
      if (!moving.includes("asked") && !moving.includes("confirming")) return;
      if (moving.includes("asked")) wait = SOON;
    } catch (error) {
      if (mine !== looks) return;
      onError(error, messages);
      if (error.status === 401 || error.status === 422) return;
    }
    if (Date.now() < until) timer = setTimeout(look, wait);
  }
  return {
    /** Looks at once, and follows what moves for a few minutes from now on. */
    look() {
      until = Date.now() + FOLLOWED_FOR;
      return look();
    },
    stop() {
      looks += 1;
      clearTimeout(timer);
    },
  };
}
