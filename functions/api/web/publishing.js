// A cover as the image of a playlist: what became of it, setting it, taking it back.

import { api } from "./api-client.js";
import { disableDuring, uniqueId } from "./controls.js";
import { externalLink, h, reactiveSlot } from "./dom.js";
import { asking, follow, latest, refusal, standing, undoName, wayBack } from "./entries.js";
import { formatTime } from "./format.js";
import { playlistListing, playlistUrl } from "./playlist-listing.js";

const KEPT_FIRST = "An image of your own is kept first, and you can put it back at any time.";
const NOT_YOURS =
  "The playlist is not yours, and Spotify lets only its owner set its image. You can download the cover instead.";

/** `show(cover)` as it is now, `stop()` when the view goes. */
export function publishing({ onError }) {
  const element = h("section", { class: "publishing stack", hidden: true });
  let following;
  let drawn;

  const fill = (...children) => element.replaceChildren(h("h2", {}, "On Spotify"), ...children);
  function place(cover, playlist) {
    following = onPlaylist(cover, playlist, onError);
    fill(following.element);
  }
  function show(cover) {
    const awaited = cover.options.publish && cover.status !== "failed";
    element.hidden = cover.status !== "done" && !awaited;
    if (element.hidden || drawn === cover.status) return;
    drawn = cover.status;
    if (cover.status !== "done") fill(h("p", { class: "hint" }, "It is set on its playlist when it is done."));
    else if (cover.source.kind === "playlist") place(cover, { id: cover.source.playlist_id, name: cover.title });
    else fill(chooser(cover, onError, (playlist) => place(cover, playlist)));
  }
  return { element, show, stop: () => following?.stop() };
}

/** Which of the listener's playlists is to have a cover that came from none. */
function chooser(cover, onError, done) {
  const [id, messages] = [uniqueId("playlist"), h("div")];
  const list = h("select", { id, required: true });
  const set = h("button", {}, "Set on Spotify");
  const begin = h("button", { type: "button", class: "quiet" }, "Choose a playlist");
  const form = h(
    "form",
    { hidden: true, onsubmit: submit },
    h("div", { class: "field" }, h("label", { for: id }, "Which playlist is it for?"), list),
    h("p", { class: "hint" }, KEPT_FIRST),
    h("div", { class: "buttons" }, set),
  );
  async function submit(event) {
    event.preventDefault();
    messages.replaceChildren();
    try {
      await disableDuring(set, () => api.setOnPlaylist(cover.cover_id, list.value));
      done({ id: list.value, name: list.selectedOptions[0].textContent });
    } catch (error) {
      onError(error, messages);
    }
  }
  begin.addEventListener("click", async () => {
    messages.replaceChildren();
    try {
      const playlists = await disableDuring(begin, () => playlistListing().listOwned());
      list.replaceChildren(...playlists.map((playlist) => h("option", { value: playlist.id }, playlist.name)));
      begin.hidden = playlists.length > 0;
      form.hidden = playlists.length === 0;
      if (form.hidden) messages.replaceChildren(h("p", { class: "hint" }, "You have no playlist of your own."));
      else list.focus();
    } catch (error) {
      onError(error, messages);
    }
  });
  return h(
    "div",
    { class: "stack" },
    h("p", { class: "hint" }, "It can be the image of one of your playlists."),
    begin,
    form,
    messages,
  );
}

/** How the cover stands on a playlist, followed while it moves. */
function onPlaylist(cover, { id: playlistId, name }, onError) {
  const messages = h("div");
  const way = h("p", {}, h("a", { href: `#/playlists/${playlistId}` }, "The playlist’s history"));
  // Until Spotify says so: where it does not answer, the listener may try.
  let foreign = false;
  let asked = false;

  const followed = follow(playlistId, { draw, onError, messages });
  const asks = { done: () => followed.look(), onError, messages };
  const set = (label, quiet = false) =>
    h(
      "div",
      { class: "buttons" },
      asking(label, () => api.setOnPlaylist(cover.cover_id, playlistId), { ...asks, quiet }),
    );
  const undo = (label, entry) =>
    h(
      "div",
      { class: "buttons" },
      asking(label, () => api.undo(playlistId, entry), asks),
    );
  const ofThis = (items) => items.find((entry) => entry.cover_id === cover.cover_id);

  const state = reactiveSlot(
    ({ items, foreign }) => {
      const mine = ofThis(items);
      const where = externalLink(playlistUrl(playlistId), items[0]?.playlist_name || name || "The playlist");
      if (!mine) return neverSet(where, foreign);
      const undoing = items.find((entry) => entry.undoes === mine.entry);
      if (undoing && (undoing.status !== "set" || undoing === latest(items))) return takenBack(undoing, where);
      if (mine.status === "not_set")
        return refusal(mine, set(mine.code === "playlist_image_is_own" ? "Replace my image" : "Try again"));
      return [...onceSet(mine, latest(items), where)];
    },
    { class: "stack" },
  );

  function neverSet(where, foreign) {
    if (foreign) return h("p", { class: "hint" }, NOT_YOURS);
    if (cover.published?.status === "not_set") return refusal(cover.published, set("Try again"));
    return [
      h("p", {}, "It is kept here, and not set on ", where, "."),
      h("p", { class: "hint" }, KEPT_FIRST),
      set("Set on Spotify"),
    ];
  }

  function* onceSet(mine, newest, where) {
    const inPlace = mine.entry === newest?.entry;
    yield h("p", {}, where, ": ", standing(mine));
    if (mine.note) yield h("p", { class: "hint" }, mine.note);
    if (mine.status === "asked") return;
    if (!inPlace) {
      yield h(
        "p",
        { class: "hint" },
        `Another picture took its place on ${formatTime(newest.set_at ?? newest.asked_at)}.`,
      );
      yield set("Set on Spotify again", true);
    } else if (mine.undoes === null) {
      const label = undoName(mine);
      yield label ? undo(label, mine.entry) : wayBack(mine);
    }
  }

  function takenBack(entry, where) {
    const what = entry.cover_id ? "the earlier cover" : "your own image";
    if (entry.status === "not_set") return refusal(entry, undo("Try to undo again", entry.undoes));
    const sentence = {
      asked: `${what} is being put back …`,
      confirming: `Spotify has taken ${what} back and does not show it yet. That can take a few minutes.`,
      set: `${what} is back since ${formatTime(entry.set_at ?? entry.asked_at)}.`,
    }[entry.status];
    return [
      h("p", {}, where, ": ", sentence),
      entry.note && h("p", { class: "hint" }, entry.note),
      entry.status !== "asked" && set("Set on Spotify again", true),
    ];
  }

  async function draw(items) {
    way.hidden = items.length === 0;
    state.show({ items, foreign });
    if (asked || ofThis(items)) return;
    asked = true;
    try {
      foreign = (await playlistListing().find(playlistId))?.owned === false;
    } catch (error) {
      // Else Spotify does not answer now, and setting the cover will say so.
      if (error.status === 401) onError(error, messages);
    }
    if (foreign) state.show({ items, foreign });
  }
  followed.look();
  return { element: h("div", { class: "stack" }, state.element, messages, way), stop: followed.stop };
}
