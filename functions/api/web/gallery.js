// All covers, newest first.

import { api, hasEnded } from "./api-client.js";
import { announce, h, imageWithRetry } from "./dom.js";
import { capitalize, formatCount, formatDay } from "./format.js";
import { icon } from "./icons.js";
import { coverTitle, OLDER_COVERS, STEP_LABELS } from "./strings.js";

export const PAGE_SIZE = 18;
const POLL_MS = 3000; // while a cover on this page is in progress
const POLL_AFTER_ERROR_MS = 8000;

function statusText(cover, onSpotify) {
  if (cover.status === "failed") return h("span", { class: "hint" }, "Failed");
  if (!hasEnded(cover)) return h("span", { class: "hint" }, cover.step ? `${STEP_LABELS[cover.step]} …` : "Waiting …");
  if (onSpotify.has(cover.cover_id)) return h("span", { class: "good-text" }, icon("check"), "On Spotify");
  return h("span", { class: "hint" }, capitalize(formatDay(cover.created_at)));
}

/** `onSpotify`: the ids of the covers that are playlist images. */
function coverItem(cover, onSpotify) {
  const picture = cover.thumbnail
    ? imageWithRetry(
        {
          class: "picture",
          src: cover.thumbnail_url ?? cover.thumbnail,
          alt: cover.alt,
          width: 300,
          height: 300,
          loading: "lazy",
        },
        null,
        cover.thumbnail,
      )
    : h("span", { class: `picture canvas ${cover.status}` }, h("span", { class: "disc" }));
  return h(
    "li",
    { "data-cover": cover.cover_id },
    h(
      "a",
      { href: `#/covers/${cover.cover_id}` },
      picture,
      h("span", { class: "name" }, coverTitle(cover)),
      statusText(cover, onSpotify),
    ),
  );
}

/** The view of the listener's covers, page by page; covers in progress are updated. `firstPage`: if it is known. */
export function galleryView({ onError }, firstPage = null) {
  const messages = h("div");
  const list = h("ul", { class: "gallery" });
  const emptyHint = h("p", { class: "empty", hidden: true }, "Your covers will appear here. The first takes seconds.");
  const moreButton = h("button", { type: "button", hidden: true }, OLDER_COVERS);
  const openIds = new Set();
  let onSpotify = new Set();
  let cursor;
  let timer;
  let isLeft = false;

  async function loadPage() {
    try {
      const page = (!cursor && firstPage) || (await api.getCovers(cursor, PAGE_SIZE));
      onSpotify = new Set(page.on_spotify);
      const items = page.items.map((cover) => coverItem(cover, onSpotify));
      list.append(...items);
      for (const cover of page.items) if (!hasEnded(cover)) openIds.add(cover.cover_id);
      if (cursor && items.length) {
        announce(`${formatCount(items.length, "older cover")}.`);
        items[0].querySelector("a").focus();
      }
      cursor = page.next;
      moreButton.hidden = !cursor;
      emptyHint.hidden = list.children.length > 0;
      schedulePoll();
    } catch (error) {
      onError(error, messages);
    }
  }

  function schedulePoll(pause = POLL_MS) {
    clearTimeout(timer);
    if (openIds.size && !isLeft) timer = setTimeout(poll, pause);
  }

  async function poll() {
    try {
      for (const id of openIds) {
        const cover = await api.getCover(id);
        if (isLeft) return;
        list.querySelector(`[data-cover="${CSS.escape(id)}"]`)?.replaceWith(coverItem(cover, onSpotify));
        if (hasEnded(cover)) openIds.delete(id);
      }
      messages.replaceChildren();
      schedulePoll();
    } catch (error) {
      if (isLeft) return;
      onError(error, messages);
      if (error.status !== 401 && error.status !== 404) schedulePoll(POLL_AFTER_ERROR_MS);
    }
  }

  moreButton.addEventListener("click", loadPage);
  loadPage();
  const element = h(
    "div",
    {},
    h(
      "div",
      { class: "head" },
      h("h1", { tabindex: "-1" }, "Your covers"),
      h("a", { class: "button first small", href: "#/" }, "Make a cover"),
    ),
    messages,
    emptyHint,
    list,
    h("div", { class: "buttons" }, moreButton),
  );
  return {
    element,
    title: "Covers",
    stop() {
      isLeft = true;
      clearTimeout(timer);
    },
  };
}
