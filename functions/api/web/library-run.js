// Covers for many playlists: requested a few at a time, then set on Spotify, then undone.
//
// A run goes on while the listener looks at other views, and its results survive a reload.

import { api, hasEnded } from "./api-client.js";
import { newKey } from "./controls.js";

const MEMORY = "library";
const AT_ONCE = 3;
const POLL_MS = 900;
const POLL_FOR_MS = 6 * 60_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

// By playlist: `state` is waiting, painting, painted, failed, setting, set or undoing.
let { look, items } = recall();
let isStopped = false;
let activity = null; // "paint", "set" or "undo"
let listener = () => {};

function recall() {
  const memory = JSON.parse(sessionStorage.getItem(MEMORY) ?? "{}");
  return { look: memory.look ?? null, items: new Map(memory.items) };
}

function update(id, changes) {
  items.set(id, { ...items.get(id), ...changes });
  sessionStorage.setItem(MEMORY, JSON.stringify({ look, items: [...items] }));
  listener();
}

/** Call `work(id)` for each id, some at the same time. Stops at the first error, which is raised. */
async function forEach(name, ids, work) {
  activity = name;
  isStopped = false;
  const queue = [...ids];
  let failure = null;
  async function worker() {
    while (queue.length && !isStopped && !failure) {
      try {
        await work(queue.shift());
      } catch (error) {
        failure = error;
      }
    }
  }
  listener();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  activity = null;
  listener();
  if (failure) throw failure;
}

async function paint(id, options) {
  const source = { kind: "playlist", playlist_id: id };
  const position = [...items.keys()].indexOf(id); // in the series, which decides the colors
  const { cover_id: coverId } = await api.requestCover(source, { ...options, position }, newKey());
  update(id, { state: "painting", coverId });
  for (const end = Date.now() + POLL_FOR_MS; Date.now() < end; await pause()) {
    const cover = await api.getCover(coverId);
    if (cover.status === "done") update(id, { state: "painted", picture: cover.images.thumbnail, alt: cover.alt });
    if (cover.status === "failed") update(id, { state: "failed", message: cover.error?.message });
    if (hasEnded(cover)) return;
  }
}

/** Wait until an entry of a playlist's history has been set or not. */
async function waitForEntry(id, entryId) {
  for (const end = Date.now() + POLL_FOR_MS; Date.now() < end; await pause()) {
    const entry = (await api.getHistory(id)).items.find(({ entry: name }) => name === entryId);
    if (entry?.status !== "asked") return entry;
  }
  return null;
}

async function setOnSpotify(id) {
  update(id, { state: "setting", message: null });
  const { entry: entryId } = await api.setOnPlaylist(items.get(id).coverId, id);
  const entry = await waitForEntry(id, entryId);
  const isSet = entry?.status === "set" || entry?.status === "confirming";
  update(id, isSet ? { state: "set", entryId } : { state: "painted", message: entry?.message });
}

async function undo(id) {
  update(id, { state: "undoing", message: null });
  try {
    const { entry } = await api.undo(id, items.get(id).entryId);
    await waitForEntry(id, entry);
    update(id, { state: "painted" });
  } catch (error) {
    update(id, { state: "set", message: error.message });
    if (error.status === 401) throw error;
  }
}

const idsIn = (...states) => [...items].filter(([, { state }]) => states.includes(state)).map(([id]) => id);

export const run = {
  /** Call `callback()` with each change, until another one is given. */
  listen(callback) {
    listener = callback;
  },
  get activity() {
    return activity;
  },
  /** The value of the look that the run has, or null. */
  get look() {
    return look;
  },
  get: (id) => items.get(id),
  count: (...states) => idsIn(...states).length,
  total: () => items.size,
  /** What went wrong, each sentence once. */
  messages: () => [...new Set([...items.values()].map(({ message }) => message).filter(Boolean))],
  /** Paint a cover for each playlist. Raises ApiError, as do the others. */
  async paint(ids, newLook, options) {
    look = newLook;
    items = new Map(ids.map((id) => [id, { state: "waiting" }]));
    await forEach("paint", ids, (id) => paint(id, options));
  },
  async resume(options) {
    await forEach("paint", idsIn("waiting"), (id) => paint(id, options));
  },
  stop() {
    isStopped = true;
  },
  set: (ids) =>
    forEach(
      "set",
      ids.filter((id) => items.get(id)?.state === "painted"),
      setOnSpotify,
    ),
  undo: () => forEach("undo", idsIn("set"), undo),
  clear() {
    [look, items] = [null, new Map()];
    sessionStorage.removeItem(MEMORY);
    listener();
  },
};
