// All covers, newest first.

import { api } from "./api-client.js";
import { announce, h, imageWithRetry } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { coverTitle, STEP_LABELS } from "./strings.js";

const PAGE = 12;
const POLLED_EVERY = 3000; // milliseconds, while a cover here is being made
const AFTER_TROUBLE = 8000;

function state(cover) {
  if (cover.status === "failed") return "Did not work out";
  if (cover.status === "done") return formatTime(cover.created_at);
  return cover.step ? `${STEP_LABELS[cover.step]} …` : "Waiting …";
}

function tile(cover) {
  const shown = cover.thumbnail
    ? imageWithRetry({ src: cover.thumbnail, alt: "", width: 300, height: 300, loading: "lazy" })
    : h("span", { class: `sleeve ${cover.status}` });
  return h(
    "li",
    { "data-cover": cover.cover_id },
    h(
      "a",
      { href: `#/covers/${cover.cover_id}` },
      shown,
      h("span", { class: "name" }, coverTitle(cover)),
      h("span", { class: "hint" }, state(cover)),
    ),
  );
}

const ended = (cover) => cover.status === "done" || cover.status === "failed";

export function gallery(onError) {
  const messages = h("div");
  const list = h("ul", { class: "gallery" });
  const empty = h("p", { class: "empty", hidden: true }, "Your covers will hang here. The first takes half a minute.");
  const more = h("button", { type: "button", class: "quiet", hidden: true }, "Older covers");
  const open = new Map();
  let cursor;
  let timer;
  let stopped = false;

  async function load() {
    try {
      const page = await api.getCovers(cursor, PAGE);
      const tiles = page.items.map(tile);
      list.append(...tiles);
      for (const cover of page.items) if (!ended(cover)) open.set(cover.cover_id, cover);
      if (cursor && tiles.length) {
        announce(`${formatCount(tiles.length, "older cover")}.`);
        tiles[0].querySelector("a").focus();
      }
      cursor = page.next;
      more.hidden = !cursor;
      empty.hidden = list.children.length > 0;
      watch();
    } catch (error) {
      onError(error, messages);
    }
  }

  function watch(wait = POLLED_EVERY) {
    clearTimeout(timer);
    if (open.size && !stopped) timer = setTimeout(look, wait);
  }

  async function look() {
    try {
      for (const id of open.keys()) {
        const cover = await api.getCover(id);
        if (stopped) return;
        list.querySelector(`[data-cover="${CSS.escape(id)}"]`)?.replaceWith(tile(cover));
        if (ended(cover)) open.delete(id);
      }
      messages.replaceChildren();
      watch();
    } catch (error) {
      if (stopped) return;
      onError(error, messages);
      if (error.status !== 401 && error.status !== 404) watch(AFTER_TROUBLE);
    }
  }

  more.addEventListener("click", load);
  load();
  const element = h("section", { class: "all" }, h("h2", {}, "Your covers"), messages, empty, list, more);
  return {
    element,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
