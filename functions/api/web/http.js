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
const BUSY = "The app has more to do just now than it can at once. Try again in a minute.";

// A young AWS account runs ten functions at once, and covers take them all at times. Then API Gateway answers, in its
// own words, and nothing was begun (429) or perhaps something was.
const NO_ROOM = new Set([429, 500, 502, 503, 504]);
export const TRIES = 6;
const PAUSE = 1000; // milliseconds; twice as long each time
const LONGEST_PAUSE = 8000;

/** A while that is another one for each who waits, so that not all come back at once. */
export const pause = (tried) =>
  new Promise((done) => {
    setTimeout(done, Math.random() * Math.min(PAUSE * 2 ** (tried - 1), LONGEST_PAUSE));
  });

async function send(method, path, body, headers) {
  const content = body === undefined ? {} : { "Content-Type": "application/json" };
  try {
    return await fetch(path, {
      method,
      headers: { ...headers, ...content },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
    });
  } catch {
    throw new ApiError(0, "offline", OFFLINE);
  }
}

/** Where there is no room it comes again, with what is `harmless` to do twice, or was not begun. */
async function ask(method, path, body, { headers = {}, harmless = method !== "POST" } = {}) {
  for (let tried = 1; ; tried += 1) {
    const answer = await send(method, path, body, headers);
    if (answer.status === 204) return null;
    const told = await answer.json().catch(() => null);
    if (answer.ok && told !== null) return told;
    const error = told?.error;
    if (method === "DELETE" && answer.status === 404 && tried > 1) return null; // an earlier try's work
    const busy = !error && NO_ROOM.has(answer.status);
    if (!busy) throw new ApiError(answer.status, error?.code ?? "unreadable", error?.message ?? UNREADABLE);
    if (tried === TRIES || !(harmless || answer.status === 429)) throw new ApiError(answer.status, "busy", BUSY);
    await pause(tried);
  }
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
  makeCover: (source, options, key) =>
    ask("POST", "/api/covers", { source, options }, { headers: { "Idempotency-Key": key }, harmless: true }),
  setOnSpotify: (id, playlist_id) => ask("POST", `${cover(id)}/apply`, { playlist_id }),
  /** A cover for every playlist that has none; a dry run says how many those are. */
  makeCovers: (wanted) => ask("POST", "/api/covers/bulk", wanted, { harmless: true }),
  tokens: () => ask("GET", "/api/tokens"),
  createToken: (name) => ask("POST", "/api/tokens", { name }),
  revokeToken: (id) => ask("DELETE", `/api/tokens/${encodeURIComponent(id)}`),
};
