import { api } from "./api-client.js";
import { SPOTIFY_URL } from "./strings.js";

const MAX_PAGES = 40; // of 50 playlists

/** The listener's playlists, read page by page and no further than needed. Its methods raise ApiError. */
export function playlistListing() {
  const playlists = [];
  let cursor;
  let pages = 0;
  const isComplete = () => (pages > 0 && !cursor) || pages >= MAX_PAGES;

  async function readPage() {
    const page = await api.getPlaylists(cursor);
    playlists.push(...page.items);
    cursor = page.next;
    pages += 1;
  }
  return {
    /** Read all pages; `onPage(playlists, isComplete)` is called after each. After an error it continues. */
    async readAll(onPage) {
      while (!isComplete()) {
        await readPage();
        onPage?.(playlists, isComplete());
      }
      return playlists;
    },
    /** Find a playlist by its id; null if the listener cannot see it. */
    async find(id) {
      for (;;) {
        const match = playlists.find((playlist) => playlist.id === id);
        if (match || isComplete()) return match ?? null;
        await readPage();
      }
    },
  };
}

/** The page of a playlist on Spotify. */
export const playlistUrl = (id) => `${SPOTIFY_URL}/playlist/${encodeURIComponent(id)}`;

/** Whether a playlist is found by `text`, which is in lower case. */
export const matchesSearch = ({ name }, text) => name.toLowerCase().includes(text);
