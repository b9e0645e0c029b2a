// The client of the API.

/** An error response; `status` is 0 if there was no response. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const OFFLINE = "The app did not respond. Check your connection and try again.";
const UNREADABLE = "The app sent an unexpected response. Try again in a minute.";
const BUSY = "The app is busy. Try again in a minute.";

// A new AWS account may run ten functions at once, which covers can use up. API Gateway then answers with a body of its
// own. After a 429 nothing has started; after the others something may have.
const OVERLOAD_STATUSES = new Set([429, 500, 502, 503, 504]);
export const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 1000; // doubles with each attempt
const LONGEST_PAUSE_MS = 8000;

/** Wait before the next attempt, for a random time so that the clients of an overloaded app do not retry together. */
export const backOff = (attempt) =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.random() * Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
  });

async function send(method, path, content, headers) {
  const contentType = content === undefined ? {} : { "Content-Type": "application/json" };
  try {
    return await fetch(path, {
      method,
      headers: { ...headers, ...contentType },
      body: content === undefined ? undefined : JSON.stringify(content),
      credentials: "same-origin",
    });
  } catch {
    throw new ApiError(0, "offline", OFFLINE);
  }
}

/** Send a request and return the JSON of the response, null for 204. Raises ApiError.
 *
 * An overloaded app is asked again if the request is `idempotent` or has not started. */
export async function request(method, path, content, { headers = {}, idempotent = method !== "POST" } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(method, path, content, headers);
    if (response.status === 204) return null;
    const body = await response.json().catch(() => null);
    if (response.ok && body !== null) return body;
    const error = body?.error;
    if (method === "DELETE" && response.status === 404 && attempt > 1) return null; // an earlier attempt deleted it
    const overloaded = !error && OVERLOAD_STATUSES.has(response.status);
    if (!overloaded) throw new ApiError(response.status, error?.code ?? "unreadable", error?.message ?? UNREADABLE);
    if (attempt === MAX_ATTEMPTS || !(idempotent || response.status === 429))
      throw new ApiError(response.status, "busy", BUSY);
    await backOff(attempt);
  }
}

const queryString = (values) => {
  const parameters = Object.entries(values).filter(([, value]) => value != null);
  return parameters.length ? `?${new URLSearchParams(parameters)}` : "";
};
const coverPath = (id) => `/api/covers/${encodeURIComponent(id)}`;
const playlistPath = (id) => `/api/playlists/${encodeURIComponent(id)}`;

let earlyCover = null; // the response to `requestCoverEarly`, until it is used

export const api = {
  /** `covers`: how many covers to return with the account. */
  getMe: (covers) => request("GET", `/api/me${queryString({ covers })}`),
  /** Start the functions that a cover needs. If the app is busy, there is no need to ask again. */
  warmUp: () => send("POST", "/api/warm-up").catch(() => null),
  deleteAccount: () => request("DELETE", "/api/me"),
  /** Settings that are not in `changes` keep their value, even if another window has changed it. */
  saveSettings: async (changes) => request("PUT", "/api/settings", { ...(await api.getMe()).settings, ...changes }),
  getLooks: () => request("GET", "/api/looks"),
  getTopArtists: () => request("GET", "/api/top-artists"),
  getPlaylists: (cursor) => request("GET", `/api/playlists${queryString({ cursor })}`),
  /** Look for new playlists now. */
  checkPlaylists: () => request("POST", "/api/playlists/check"),
  /** Set automatic covers for one playlist: `auto` is true, false, or null for the general rule. */
  setAutoCover: (id, auto) => request("PUT", playlistPath(id), { auto }),
  getHistory: (id) => request("GET", `${playlistPath(id)}/history`),
  clearHistory: (id) => request("DELETE", `${playlistPath(id)}/history`),
  reapply: (id, entry) => request("POST", `${playlistPath(id)}/history/${encodeURIComponent(entry)}/apply`),
  undo: (id, entry) => request("POST", `${playlistPath(id)}/undo`, { entry }),
  getCovers: (cursor, limit) => request("GET", `/api/covers${queryString({ cursor, limit })}`),
  /** Request the cover of the view that will be shown once the listener is known. */
  requestCoverEarly(id) {
    earlyCover = { id, response: request("GET", coverPath(id)) };
    earlyCover.response.catch(() => {}); // whoever uses it handles the error
  },
  getCover(id) {
    const early = earlyCover;
    earlyCover = null;
    return early?.id === id ? early.response : request("GET", coverPath(id));
  },
  /** Choose one of the candidates, which becomes the cover. */
  choose: (id, candidate) => request("POST", `${coverPath(id)}/choose`, { candidate }, { idempotent: true }),
  /** Give a cover a public page, or take it back. */
  share: (id) => request("POST", `${coverPath(id)}/share`, undefined, { idempotent: true }),
  takeBack: (id) => request("DELETE", `${coverPath(id)}/share`),
  deleteCover: (id) => request("DELETE", coverPath(id)),
  /** Request a cover. Requests with the same `key` make one cover. */
  requestCover: (source, options, key) =>
    request("POST", "/api/covers", { source, options }, { headers: { "Idempotency-Key": key }, idempotent: true }),
  setOnPlaylist: (id, playlistId) => request("POST", `${coverPath(id)}/apply`, { playlist_id: playlistId }),
  getTokens: () => request("GET", "/api/tokens"),
  /** `days`: after which the token expires, or null. */
  createToken: (name, days) => request("POST", "/api/tokens", { name, days }),
  revokeToken: (id) => request("DELETE", `/api/tokens/${encodeURIComponent(id)}`),
};

/** Whether a cover is finished or failed, so that it no longer changes. */
export const hasEnded = ({ status }) => status === "done" || status === "failed";
