// The page before the login: what the app does and what to know first.

import { externalLink, h } from "./dom.js";

const HOW_IT_WORKS = [
  ["Your music", "Your top artists, or one of your playlists, and the album artwork behind it."],
  ["What is on it", "Objects are recognized on the artwork: a cup, a horse, a cat."],
  ["A prompt", "They become a prompt, with genres, years, titles and colours. You see where each phrase came from."],
  ["A painting", "An image model paints it, or the built-in poster painter, which needs no account."],
  ["Your style", "The painting takes on the look of your own artwork, as strongly as you like."],
  [
    "A cover",
    "Large, and as the image of your playlist if you like, with a way back. Change the prompt and have it made again.",
  ],
];

const GOOD_TO_KNOW = [
  [
    "Five people",
    "Spotify lets an app like this one in “development mode” only: it works for the person who runs it and for up to " +
      "five people whom that person has put on a list at Spotify. Anyone else can log in, and is then refused.",
  ],
  [
    "What is read, what is kept",
    "Your name, your top artists and your playlists are read. Of playlists nothing is changed but the image, and that " +
      "only where you ask for it or switch automatic covers on; an image of your own is kept, so that you can put it " +
      "back. Artwork is kept for seven days, your covers until you delete them. “Forget me” deletes everything at once.",
  ],
  [
    "Spotify’s policy",
    "Spotify’s rules for developers forbid feeding its content to machine learning. Whoever runs this app for " +
      "themselves and friends answers for that, and can keep Spotify’s content away from every model. Artwork appears " +
      "here whole and unaltered, with a link back.",
  ],
];

function ownerHelp(open) {
  const redirectUri = `${location.origin}/callback`;
  return h(
    "details",
    { class: "owner-help", open },
    h("summary", {}, "You run this app, and the login does not work yet?"),
    h(
      "ol",
      {},
      h(
        "li",
        {},
        "Register an app in ",
        externalLink("https://developer.spotify.com/dashboard", "Spotify’s dashboard for developers"),
        " (its owner needs Premium), with the redirect URI ",
        h("code", {}, redirectUri),
        ".",
      ),
      h("li", {}, "There, under User Management, list the people who may use it, yourself included."),
      h(
        "li",
        {},
        "Run ",
        h("code", {}, "make configure"),
        " where you deployed the app: it tries the client id and the client secret, and says what is wrong.",
      ),
      h("li", {}, "Log in. Nothing has to be deployed again."),
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
          "This app looks at the artwork of the music you love, paints something new from what it sees, and gives it " +
            "the look of your own records.",
        ),
        h("a", { class: "button large", href: "/login" }, "Log in with Spotify"),
      ),
      h("img", { class: "poster", src: "/web/poster.svg", alt: "", width: 640, height: 640 }),
    ),
    h("h2", {}, "How a cover comes about"),
    h(
      "ol",
      { class: "walkthrough" },
      HOW_IT_WORKS.map(([name, text]) => h("li", {}, h("h3", {}, name), h("p", {}, text))),
    ),
    h("h2", {}, "Good to know first"),
    h(
      "div",
      { class: "notes" },
      GOOD_TO_KNOW.map(([name, text]) => h("section", {}, h("h3", {}, name), h("p", {}, text))),
    ),
    ownerHelp(loginCode === "not_configured"),
  );
  return { element, title: "" };
}
