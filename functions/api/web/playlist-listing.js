import { api } from "./api-client.js";
import { SPOTIFY_URL } from "./strings.js";

const MAX_PAGES = 40; // of 50 playlists

/** The listener's playlists, read page by page and no further than needed. Its methods raise ApiError. */
export function playlistListing() {
  const playlists = [];
  let cursor;
  let isComplete = false;

  async function readPage() {
    const page = await api.getPlaylists(cursor);
    playlists.push(...page.items);
    cursor = page.next;
    isComplete = !cursor;
  }
  return {
    /** Find a playlist by its id; null if the listener cannot see it. */
    async find(id) {
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const match = playlists.find((playlist) => playlist.id === id);
        if (match || isComplete) return match ?? null;
        await readPage();
      }
      return null;
    },
    /** List the playlists whose image the listener may set. */
    async listOwned() {
      for (let pages = 0; pages < MAX_PAGES && !isComplete; pages += 1) await readPage();
      return playlists.filter((playlist) => playlist.owned);
    },
  };
}

/** The page of a playlist on Spotify. */
export const playlistUrl = (id) => `${SPOTIFY_URL}/playlist/${encodeURIComponent(id)}`;
