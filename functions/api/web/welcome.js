// The page before the login: what the app does and what to know first.

import { externalLink, h } from "./dom.js";

const HOW_IT_WORKS = [
  ["Your music", "Your top artists or one of your playlists, and the album artwork behind it."],
  ["What is on it", "The app recognizes objects on the artwork: a cup, a horse, a cat."],
  [
    "A prompt",
    "The objects become a prompt, with genres, years, titles and colors. You see where each phrase comes from.",
  ],
  ["A painting", "An image model paints it, or the built-in painter, which needs no account."],
  ["Your style", "The painting takes on the style of your own artwork, as strongly as you like."],
  [
    "A cover",
    "A large picture that you can also set as your playlist’s image, with undo. Edit the prompt to make another one.",
  ],
];

const GOOD_TO_KNOW = [
  [
    "Five people",
    "Spotify allows an app like this one only in “development mode”: it works for the person who runs it and for up " +
      "to five people whom that person has added to a list at Spotify. Anyone else is rejected after the login.",
  ],
  [
    "Your data",
    "The app reads your name, your top artists and your playlists. It changes nothing but playlist images, and only " +
      "if you ask for it or turn on automatic covers. Your own image is saved so that you can restore it. Artwork is " +
      "stored for seven days, and your covers until you delete them. “Forget me” deletes everything at once.",
  ],
  [
    "Spotify’s policy",
    "Spotify’s developer terms forbid the use of its content for machine learning. The person who runs this app for " +
      "themselves and friends is responsible for that, and can keep Spotify’s content away from every model. Artwork " +
      "appears here whole and unaltered, with a link to Spotify.",
  ],
];

function ownerHelp(open) {
  const redirectUri = `${location.origin}/callback`;
  return h(
    "details",
    { class: "owner-help", open },
    h("summary", {}, "Do you run this app, and the login does not work yet?"),
    h(
      "ol",
      {},
      h(
        "li",
        {},
        "Register an app in ",
        externalLink("https://developer.spotify.com/dashboard", "Spotify’s developer dashboard"),
        " (its owner needs Premium) with the redirect URI ",
        h("code", {}, redirectUri),
        ".",
      ),
      h("li", {}, "Under User Management there, add the people who may use the app, including yourself."),
      h(
        "li",
        {},
        "Run ",
        h("code", {}, "make configure"),
        " where you deployed the app. It checks the client id and the client secret and tells you what is wrong.",
      ),
      h("li", {}, "Log in. You do not need to deploy again."),
    ),
  );
}

/** The view before the login; `loginCode` says how the last one failed. */
export function welcomeView(loginCode) {
  const element = h(
    "div",
    { class: "welcome" },
    h(
      "section",
      { class: "hero" },
      h(
        "div",
        {},
        h("h1", { tabindex: "-1" }, "Your playlists deserve better covers."),
        h(
          "p",
          { class: "lead" },
          "This app looks at the artwork of the music you love, paints something new from what it sees and gives it " +
            "the style of your own records.",
        ),
        h("a", { class: "button large", href: "/login" }, "Log in with Spotify"),
      ),
      h("img", { class: "poster", src: "/web/poster.svg", alt: "", width: 640, height: 640 }),
    ),
    h("h2", {}, "How a cover is made"),
    h(
      "ol",
      { class: "walkthrough" },
      HOW_IT_WORKS.map(([name, text]) => h("li", {}, h("h3", {}, name), h("p", {}, text))),
    ),
    h("h2", {}, "Good to know"),
    h(
      "div",
      { class: "notes" },
      GOOD_TO_KNOW.map(([name, text]) => h("section", {}, h("h3", {}, name), h("p", {}, text))),
    ),
    ownerHelp(loginCode === "not_configured"),
  );
  return { element, title: "" };
}
