// The API, as the page uses it.

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const OFFLINE = "The app did not answer. Check your connection and try again.";
const UNREADABLE = "The app answered in a way that this page does not understand. Try again in a minute.";

async function ask(method, path, body, headers = {}) {
  const content = body === undefined ? {} : { "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { ...headers, ...content },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
    });
  } catch {
    throw new ApiError(0, "offline", OFFLINE);
  }
  if (answer.status === 204) return null;
  const told = await answer.json().catch(() => null);
  if (answer.ok && told !== null) return told;
  const error = told?.error;
  throw new ApiError(answer.status, error?.code ?? "unreadable", error?.message ?? UNREADABLE);
}

const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value != null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
};
const cover = (id) => `/api/covers/${encodeURIComponent(id)}`;
const playlist = (id) => `/api/playlists/${encodeURIComponent(id)}`;

export const api = {
  me: () => ask("GET", "/api/me"),
  forgetMe: () => ask("DELETE", "/api/me"),
  /** Those that are left out stay as they are, also where another window has changed them. */
  saveSettings: async (changes) => ask("PUT", "/api/settings", { ...(await api.me()).settings, ...changes }),
  playlists: (cursor) => ask("GET", `/api/playlists${query({ cursor })}`),
  /** `auto`: true, false, or null, which leaves it to the rule. */
  setAuto: (id, auto) => ask("PUT", playlist(id), { auto }),
  history: (id) => ask("GET", `${playlist(id)}/history`),
  clearHistory: (id) => ask("DELETE", `${playlist(id)}/history`),
  setAgain: (id, entry) => ask("POST", `${playlist(id)}/history/${encodeURIComponent(entry)}/apply`),
  undo: (id, entry) => ask("POST", `${playlist(id)}/undo`, { entry }),
  covers: (cursor, limit) => ask("GET", `/api/covers${query({ cursor, limit })}`),
  cover: (id) => ask("GET", cover(id)),
  deleteCover: (id) => ask("DELETE", cover(id)),
  /** `key` makes a repeated request safe: the same key makes one cover. */
  makeCover: (source, options, key) => ask("POST", "/api/covers", { source, options }, { "Idempotency-Key": key }),
  setOnSpotify: (id, playlist_id) => ask("POST", `${cover(id)}/apply`, { playlist_id }),
  /** A cover for every playlist that has none; a dry run says how many those are. */
  makeCovers: (wanted) => ask("POST", "/api/covers/bulk", wanted),
  tokens: () => ask("GET", "/api/tokens"),
  createToken: (name) => ask("POST", "/api/tokens", { name }),
  revokeToken: (id) => ask("DELETE", `/api/tokens/${encodeURIComponent(id)}`),
};
