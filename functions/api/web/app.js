// The page: who is logged in, and which view is shown.

import { ApiError, api, backOff, MAX_ATTEMPTS } from "./api-client.js";
import { bulkCoversView } from "./bulk-covers.js";
import { coverView } from "./cover.js";
import { h, notice } from "./dom.js";
import { formatDate, formatTime } from "./format.js";
import { homeView } from "./home.js";
import { playlistHistoryView } from "./playlist-history.js";
import { playlistsView } from "./playlists.js";
import { settingsView } from "./settings.js";
import { LOGIN_ERRORS, PRODUCT, UNKNOWN_LOGIN_ERROR } from "./strings.js";
import { welcomeView } from "./welcome.js";

const main = document.getElementById("view");
const nav = document.getElementById("nav");
const notices = document.getElementById("notices");

const HARMLESS = new Set(["access_denied", "forgotten"]);

let me = null;
let shown = { stop() {} };

/** How the last login ended, if badly; told once. */
function loginCode() {
  const address = new URL(location.href);
  const code = address.searchParams.get("login");
  if (code !== null) history.replaceState(null, "", `/${address.hash}`);
  return code;
}

function standing() {
  const login = () => h("p", {}, h("a", { class: "button", href: "/login" }, "Log in with Spotify again"));
  const wait = me.cool_down_until && new Date(me.cool_down_until) > new Date();
  const sentences = [];
  if (me.state === "reconnect") {
    sentences.push(notice("Spotify’s permission has run out, as it does six months after each login.", "bad", login()));
  } else if (me.remind) {
    const until = `Spotify’s permission ends on ${formatDate(me.reconnect_by)}. Log in again before then, and nothing stops.`;
    sentences.push(notice(until, "hint", login()));
  }
  if (wait) {
    const until = `Spotify has asked this app to wait until ${formatTime(me.cool_down_until)}. New covers have to wait too.`;
    sentences.push(notice(until, "hint"));
  }
  return sentences;
}

function route() {
  const [, place = "", id = ""] = location.hash.match(/^#\/(\w*)\/?([\w-]*)$/) ?? [];
  if (place === "covers" && id) return coverView(id, { onError });
  if (place === "playlists" && id === "cover-all") return bulkCoversView({ onError }); // no id has a hyphen
  if (place === "playlists") return id ? playlistHistoryView(id, { onError }) : playlistsView({ me, onError });
  if (place === "settings") return settingsView({ me, onError });
  return homeView({ me, onError });
}

function show(view, focus = true) {
  shown.stop?.();
  shown = view;
  document.title = view.title ? `${view.title} – ${PRODUCT}` : PRODUCT;
  main.replaceChildren(view.element);
  for (const link of nav.querySelectorAll("a")) {
    const [place, here] = [link.getAttribute("href"), location.hash || "#/"];
    if (place === here) link.setAttribute("aria-current", "page");
    else if (here.startsWith(`${place}/`)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (!focus) return;
  scrollTo(0, 0);
  main.querySelector("h1")?.focus();
}

/** What every view does with an error: a session that has ended leads to the login, all else is told. */
function onError(error, place) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) welcome("Your session has ended. Log in again; your covers are where they were.");
  else place.replaceChildren(notice(error.message));
}

/** What is known of the listener, as it is now: covers made today, settings, standing. */
async function refresh() {
  try {
    me = await api.getMe();
    notices.replaceChildren(...standing());
    shown.update?.(me);
  } catch (error) {
    onError(error, notices);
  }
}

function welcome(sentence, code = null) {
  me = null;
  nav.hidden = true;
  notices.replaceChildren(...(sentence ? [notice(sentence, HARMLESS.has(code) ? "hint" : "bad")] : []));
  show(welcomeView(code), false);
}

async function start() {
  const code = loginCode();
  const sentence = code === null ? null : (LOGIN_ERRORS[code] ?? UNKNOWN_LOGIN_ERROR);
  try {
    me = await api.getMe();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    welcome(error.status === 401 ? sentence : error.message, code);
    return;
  }
  nav.hidden = false;
  notices.replaceChildren(...(sentence ? [notice(sentence)] : []), ...standing());
  show(route(), false);
}

addEventListener("hashchange", () => {
  if (location.hash === "#view") {
    main.focus();
    return;
  }
  if (me === null) return;
  show(route());
  refresh();
});

document.addEventListener("forgotten", () => {
  history.replaceState(null, "", "/");
  welcome("You are forgotten: nothing about you is left here.", "forgotten");
});

/** Styles that did not come are asked for again. Where they are on their way, a script waits for them. */
async function dress() {
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
    const link = document.querySelector("link[rel=stylesheet]");
    if (link.sheet?.cssRules.length) return; // a refusal is a sheet without rules
    await backOff(attempt);
    const again = link.cloneNode();
    await new Promise((done) => {
      again.addEventListener("load", done);
      again.addEventListener("error", done);
      link.replaceWith(again);
    });
  }
}

dress();
start();
