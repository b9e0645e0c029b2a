// The page: the listener's login and the view.

import { ApiError, api, backOff, MAX_ATTEMPTS } from "./api-client.js";
import { chooseView } from "./choose.js";
import { coverView } from "./cover.js";
import { h, notice } from "./dom.js";
import { editView } from "./edit.js";
import { formatDate, formatTime } from "./format.js";
import { galleryView, PAGE_SIZE } from "./gallery.js";
import { libraryView } from "./library.js";
import { makeView } from "./make.js";
import { playlistHistoryView } from "./playlist-history.js";
import { playlistsView } from "./playlists.js";
import { settingsView } from "./settings.js";
import { LOGIN_ERRORS, PRODUCT, UNKNOWN_LOGIN_ERROR } from "./strings.js";
import { welcomeView } from "./welcome.js";

const RETURN_TO = "return-to";
const main = document.getElementById("view");
const nav = document.getElementById("nav");
const notices = document.getElementById("notices");

let me = null;
let currentView = { stop() {} };

/** The code of a failed login in the URL, from which it is removed so that it is shown once. */
function takeLoginCode() {
  const url = new URL(location.href);
  const code = url.searchParams.get("login");
  if (code !== null) history.replaceState(null, "", `/${url.hash}`);
  return code;
}

/** Notices about Spotify's permission and rate limit. */
function accountNotices() {
  const loginButton = () => h("p", {}, h("a", { class: "button first", href: "/login" }, "Log in with Spotify again"));
  const elements = [];
  if (me.state === "reconnect") {
    const sentence = "Spotify’s permission has expired, as it does six months after each login.";
    elements.push(notice(sentence, "bad", loginButton()));
  } else if (me.remind) {
    const sentence = `Spotify’s permission expires on ${formatDate(me.reconnect_by)}. Log in again before then to avoid an interruption.`;
    elements.push(notice(sentence, "hint", loginButton()));
  }
  if (me.cool_down_until && new Date(me.cool_down_until) > new Date()) {
    const sentence = `Spotify’s rate limit was reached. New covers have to wait until ${formatTime(me.cool_down_until)}.`;
    elements.push(notice(sentence, "hint"));
  }
  return elements;
}

/** The view for the fragment of the URL. `covers`: the first page of covers, if it is known. */
function createView(covers = null) {
  const [, path = "", id = "", part = ""] = location.hash.match(/^#\/(\w*)\/?([\w-]*)\/?(\w*)$/) ?? [];
  const context = { me, onError };
  if (path === "covers" && part === "choose") return chooseView(id, context);
  if (path === "covers" && part === "edit") return editView(id, context);
  if (path === "covers") return id ? coverView(id, context) : galleryView(context, covers);
  if (path === "playlists") return id ? playlistHistoryView(id, context) : playlistsView(context);
  if (path === "library") return libraryView(context);
  if (path === "settings") return settingsView(context);
  return makeView(context, path === "make" ? id : null);
}

function show(view, focus = true) {
  currentView.stop?.();
  currentView = view;
  document.title = view.title ? `${view.title} – ${PRODUCT}` : PRODUCT;
  main.replaceChildren(view.element);
  const currentHash = location.hash || "#/";
  for (const link of nav.querySelectorAll("a")) {
    const hash = link.getAttribute("href");
    if (hash === currentHash) link.setAttribute("aria-current", "page");
    else if (hash !== "#/" && currentHash.startsWith(`${hash}/`)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (!focus) return;
  scrollTo(0, 0);
  main.querySelector("h1")?.focus();
}

/** Handle an API error of any view: go to the login if the session has ended, else show the message. */
function onError(error, messages) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) showWelcome("Your session has ended. Log in again to see your covers.");
  else {
    messages.replaceChildren(notice(error.message));
    messages.scrollIntoView({ block: "nearest" });
  }
}

/** Read the listener's account again, and update notices and view. */
async function refreshAccount() {
  try {
    me = await api.getMe();
    notices.replaceChildren(...accountNotices());
    currentView.update?.(me);
  } catch (error) {
    onError(error, notices);
  }
}

function showWelcome(sentence, { kind = "bad", loginCode = null } = {}) {
  me = null;
  nav.hidden = true;
  notices.replaceChildren(...(sentence ? [notice(sentence, kind)] : []));
  show(welcomeView(loginCode), false);
  scrollTo(0, 0);
}

/** After a login, return to the view that its link was opened for. */
function restoreLocation() {
  const hash = sessionStorage.getItem(RETURN_TO);
  sessionStorage.removeItem(RETURN_TO);
  if (hash && !location.hash) history.replaceState(null, "", `/${hash}`);
}

async function start() {
  const loginCode = takeLoginCode();
  const sentence = loginCode === null ? null : (LOGIN_ERRORS[loginCode] ?? UNKNOWN_LOGIN_ERROR);
  const kind = loginCode === "access_denied" ? "hint" : "bad";
  if (document.documentElement.dataset.session === "none") {
    showWelcome(sentence, { kind, loginCode });
    return;
  }
  const wantsCovers = (location.hash || sessionStorage.getItem(RETURN_TO)) === "#/covers";
  const [, coverId] = location.hash.match(/^#\/covers\/([\w-]+)/) ?? [];
  if (coverId) api.requestCoverEarly(coverId);
  try {
    me = await api.getMe(wantsCovers ? PAGE_SIZE : null);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showWelcome(error.status === 401 ? sentence : error.message, { kind, loginCode });
    return;
  }
  restoreLocation();
  nav.hidden = false;
  for (const link of nav.querySelectorAll(".spotify-only")) link.hidden = me.is_demo;
  nav.querySelector("[href='/login']").hidden = !me.is_demo;
  nav.querySelector(".me").textContent = me.display_name.slice(0, 1).toUpperCase();
  nav.querySelector(".me").setAttribute("aria-label", `Your account, ${me.display_name}`);
  notices.replaceChildren(...(sentence ? [notice(sentence)] : []), ...accountNotices());
  show(createView(me.covers), false);
  if (!me.is_demo) api.warmUp();
}

addEventListener("hashchange", () => {
  // The browser itself moves the focus to the target of "Skip to content".
  if (location.hash === "#view" || me === null) return;
  show(createView());
  refreshAccount();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest('a[href="/login"], form[action="/demo"] button')) return;
  if (location.hash) sessionStorage.setItem(RETURN_TO, location.hash);
});

document.addEventListener("accountdelete", () => {
  history.replaceState(null, "", "/");
  sessionStorage.clear();
  showWelcome("All your data has been deleted.", { kind: "hint" });
});

/** Load the style sheet again if it failed to load. A script runs only after pending style sheets. */
async function reloadStyles() {
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
    const link = document.querySelector("link[rel=stylesheet]");
    if (link.sheet?.cssRules.length) return; // an error response becomes a sheet without rules
    await backOff(attempt);
    const newLink = link.cloneNode();
    await new Promise((resolve) => {
      newLink.addEventListener("load", resolve);
      newLink.addEventListener("error", resolve);
      link.replaceWith(newLink);
    });
  }
}

reloadStyles();
start();
