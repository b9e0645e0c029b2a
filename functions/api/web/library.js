// The listener's playlists at Spotify, read page by page and no further than needed.

import { api } from "./api-client.js";
import { SPOTIFY_URL } from "./strings.js";

const MOST_PAGES = 40; // of fifty

/** One view's reading: what has been read is not asked for again. */
export function library() {
  const read = [];
  let cursor;
  let whole = false;

  async function more() {
    const page = await api.getPlaylists(cursor);
    read.push(...page.items);
    cursor = page.next;
    whole = !cursor;
  }
  return {
    /** The playlist, or null where it is not the listener's to see. Raises the API's errors. */
    async find(id) {
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const found = read.find((playlist) => playlist.id === id);
        if (found || whole) return found ?? null;
        await more();
      }
      return null;
    },
    /** Those whose image the listener may set. Raises the API's errors. */
    async owned() {
      for (let pages = 0; pages < MOST_PAGES && !whole; pages += 1) await more();
      return read.filter((playlist) => playlist.owned);
    },
  };
}

export const playlistAddress = (id) => `${SPOTIFY_URL}/playlist/${encodeURIComponent(id)}`;
