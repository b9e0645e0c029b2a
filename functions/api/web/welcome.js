// The page before the login: real covers, what the app does, and one way in.

import { externalLink, h } from "./dom.js";
import { icon } from "./icons.js";

// Both as in scripts/landing.py, which paints them.
const WALL = [
  "A palm in neon tubes on a brick wall",
  "Wheat before a red sun, a linocut",
  "A candle in stained glass",
  "A city of pink blocks",
  "An oasis, a mosaic",
  "Mountains sewn with thread",
  "A trumpet before a sun, printed in two inks",
  "A heron among the stars of a chart",
];
const PAIRS = [
  "Slow Weather",
  "Iron Liturgy",
  "Kitchen Door Open",
  "Domingo em Ipanema",
  "Lagos to Accra, Windows Down",
  "Perreo at the Pool",
  "Corner Store Cinema",
  "Expressway 1984",
];
const DEMO = "Try it with demo music";
const FACTS = [
  [
    "Five people",
    "Spotify lets a private app like this work for its owner and for up to five people on the owner’s list. Anyone else " +
      "is rejected after the login.",
  ],
  [
    "What is read and kept",
    "Your name, top artists and playlists are read. Only the images of your playlists change, and only when you say so. " +
      "Your own images are saved first. Artwork is stored for seven days, covers until you delete them. “Delete my " +
      "data” removes everything at once.",
  ],
  [
    "Spotify’s rules",
    "They forbid feeding its content to machine learning. Whoever runs this app answers for that, and can keep " +
      "Spotify’s content away from every model. Artwork is shown whole and unaltered, with a link to Spotify.",
  ],
];

/** A tile of a sheet of pictures, of which the style sheet shows the part at `column` and `row`. */
function tile(column, row, label) {
  const element = h("span", { role: "img", "aria-label": label });
  element.style.setProperty("--column", column);
  element.style.setProperty("--row", row);
  return element;
}

function oneLook() {
  return h(
    "section",
    { class: "one-look", "aria-labelledby": "one-look" },
    h(
      "header",
      {},
      h("h2", { id: "one-look" }, "A whole library in one look"),
      h("span", { class: "hint" }, "before and after"),
    ),
    h(
      "ul",
      {},
      PAIRS.map((name, row) =>
        h(
          "li",
          {},
          tile(0, row, "Before: four albums"),
          icon("arrow"),
          tile(1, row, "After: its cover, a linocut"),
          h("b", {}, name),
        ),
      ),
    ),
  );
}

function ownerHelp(open) {
  return h(
    "details",
    { open },
    h("summary", {}, "You run this app, and the login does not work yet?"),
    h(
      "ol",
      {},
      h(
        "li",
        {},
        "Register an app in ",
        externalLink("https://developer.spotify.com/dashboard", "Spotify’s developer dashboard"),
        " (its owner needs Premium) with the redirect URI ",
        h("code", {}, `${location.origin}/callback`),
        ".",
      ),
      h("li", {}, "Under User Management there, add the people who may use the app, including yourself."),
      h("li", {}, "Run ", h("code", {}, "make configure"), " where you deployed the app. It tells you what is wrong."),
      h("li", {}, "Log in. You do not need to deploy again."),
    ),
  );
}

/** The view before the login; `loginCode` says how the last one failed. */
export function welcomeView(loginCode) {
  const { login } = document.documentElement.dataset;
  const [isDemo, hasDemo] = [login === "demo", login === "spotify-or-demo"];
  const element = h(
    "div",
    { class: "welcome" },
    h(
      "div",
      { class: "wall", role: "group", "aria-label": "Covers made with this app" },
      WALL.map((label, place) => tile(place % 4, Math.floor(place / 4), label)),
    ),
    h(
      "div",
      { class: "say" },
      h("h1", { tabindex: "-1" }, "You made the mixtape. Here’s the cover."),
      h(
        "p",
        { class: "lead" },
        "It looks at the albums behind your music, finds ",
        h("b", {}, "the heron, the rain, the city at night"),
        ", and paints what only your playlist could look like.",
      ),
      h(
        "div",
        { class: "doors" },
        h("a", { class: "button first", href: "/login" }, isDemo ? DEMO : "Log in with Spotify"),
        hasDemo && h("form", { method: "post", action: "/demo" }, h("button", {}, DEMO)),
      ),
      isDemo && h("p", { class: "hint" }, "This runs on your machine. You need no account."),
      hasDemo && h("p", { class: "hint" }, "The demo needs no account. Its covers are deleted after a day."),
      h(
        "details",
        {},
        h("summary", {}, "Good to know: for you and five friends"),
        h(
          "dl",
          {},
          FACTS.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text))),
        ),
      ),
      !isDemo && ownerHelp(loginCode === "not_configured"),
    ),
    oneLook(),
  );
  return { element, title: "" };
}
