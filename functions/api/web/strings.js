// Texts that more than one module shows, and texts for codes of the API.

export const PRODUCT = "Cover Art Generator for your playlists";
export const SPOTIFY_URL = "https://open.spotify.com";

export const STEPS = ["fetch", "detect", "prompt", "generate", "stylize", "publish"];

/** What each step does, for the listener. */
export const STEP_LABELS = {
  fetch: "Reading your music and its artwork",
  detect: "Looking at the artwork",
  prompt: "Writing the prompt",
  generate: "Painting",
  stylize: "Giving the painting its style",
  publish: "Putting the cover away safely",
};

export const TIME_RANGES = {
  short_term: "last four weeks",
  medium_term: "last six months",
  long_term: "last year",
};

export const PHRASE_SOURCES = {
  objects: "seen on the artwork",
  genres: "genres",
  titles: "titles",
  era: "release years",
  palette: "colours of the artwork",
  listener: "your words",
  look: "shared look",
  built_in: "built in",
};

export const LOGIN_ERRORS = {
  state_missing: "Spotify sent you back without the mark that this page had given you. Log in once more, from here.",
  state_repeated: "Spotify’s answer came with more than one mark, so it was not used. Log in once more.",
  state_foreign: "That login was not begun in this browser, so it was not used. Begin it here.",
  state_expired: "That login took longer than ten minutes. Log in once more.",
  state_used: "That login had been used before; perhaps the page was reloaded. If you are not in, log in once more.",
  code_missing: "Spotify sent you back without its permission. Log in once more.",
  code_repeated: "Spotify’s answer came with more than one permission, so none was used. Log in once more.",
  code_refused: "Spotify did not stand by the permission that it gave. Log in once more.",
  access_denied: "You said no at Spotify, so nothing was read and nothing is kept. You can log in at any time.",
  not_allow_listed:
    "Spotify refuses your account: this app is in development mode, and you are not on its list. Ask the person who " +
    "runs it to add your name and e-mail address in Spotify’s dashboard, under User Management. Then log in again.",
  spotify_unavailable: "Spotify did not answer. Try again in a few minutes.",
  spotify_cooling_down: "Spotify has asked this app to wait before it asks again. Try again later.",
  not_configured: "This app is not connected to Spotify yet. Whoever deployed it finds the next steps below.",
};
export const UNKNOWN_LOGIN_ERROR = "The login did not work. Log in once more.";

/** The title of a cover: its playlist's name, or the time range of its top artists. */
export function coverTitle({ title, source }) {
  if (source.kind === "top_artists") return `Top artists, ${TIME_RANGES[source.time_range]}`;
  return title || "A playlist";
}
