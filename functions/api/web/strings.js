// Texts that more than one module shows, and texts for codes of the API.

export const PRODUCT = "Cover Art Generator";
export const SPOTIFY_URL = "https://open.spotify.com";

/** What each step does, for the listener. */
export const STEP_LABELS = {
  fetch: "Reading your music",
  detect: "Looking at the artwork",
  prompt: "Finding words",
  generate: "Painting",
  stylize: "Adding texture",
  publish: "Saving",
};

export const TIME_RANGES = {
  short_term: "last 4 weeks",
  medium_term: "last 6 months",
  long_term: "last year",
};

/** The parts of a prompt whose label is not their name in the API. */
export const PHRASE_PARTS = {
  colours: "colors",
};

export const PHRASE_SOURCES = {
  objects: "seen on the artwork",
  genres: "genres",
  titles: "titles",
  era: "release years",
  palette: "colors of the artwork",
  listener: "your words",
  look: "matched cover",
  picture: "you uploaded",
  built_in: "built in",
};

export const LOGIN_ERRORS = {
  state_missing: "Spotify’s response did not include the login state. Please log in again from this page.",
  state_repeated: "Spotify’s response included more than one login state, so it was not used. Please log in again.",
  state_foreign: "That login was not started in this browser, so it was not used. Please start it here.",
  state_expired: "The login took longer than ten minutes. Please log in again.",
  state_used:
    "That login was already used; perhaps the page was reloaded. If you are not logged in now, please log in again.",
  code_missing: "Spotify’s response did not include a login code. Please log in again.",
  code_repeated: "Spotify’s response included more than one login code, so none was used. Please log in again.",
  code_refused: "Spotify rejected the login code. Please log in again.",
  access_denied: "You declined access on Spotify, so nothing was read or stored. You can log in at any time.",
  not_allow_listed:
    "Spotify rejected your account, because this app is in development mode and you are not on its list of users. " +
    "Ask the person who runs it to add your name and email address under User Management in Spotify’s developer " +
    "dashboard. Then log in again.",
  owner_without_premium:
    "Spotify serves this app only while the person who runs it has Premium, and the subscription has ended. Tell them. " +
    "After it is renewed, it may take a few hours until you can log in.",
  spotify_unavailable: "Spotify did not respond. Try again in a few minutes.",
  spotify_cooling_down: "Spotify’s rate limit was reached. Try again later.",
  not_configured: "This app is not connected to Spotify yet. If you deployed it, open the help below.",
};
export const UNKNOWN_LOGIN_ERROR = "The login failed. Please log in again.";

export const TRY_AGAIN = "Try again";
export const OLDER_COVERS = "Older covers";
export const ALL_PLAYLISTS = "All playlists";
export const NOT_STORED = "no longer stored";
export const PLAYLIST_HISTORY = "History and undo";
export const OWN_IMAGE_SAVED = "Your own image is saved first, and you can restore it at any time.";

/** The title of a cover: its playlist's name, or what else it was made from. */
export function coverTitle({ title, source }) {
  if (!source) return "A cover of another version";
  if (source.kind === "top_artists") return `Top artists, ${TIME_RANGES[source.time_range]}`;
  if (source.kind === "sample") return "Sample music";
  return title || "Your playlist";
}
