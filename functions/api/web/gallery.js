// All covers, newest first.

import { api, hasEnded } from "./api-client.js";
import { announce, h, imageWithRetry } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { coverTitle, OLDER_COVERS, STEP_LABELS } from "./strings.js";

const PAGE_SIZE = 12;
const POLL_MS = 3000; // while a cover on this page is in progress
const POLL_AFTER_ERROR_MS = 8000;

function statusText(cover) {
  if (cover.status === "failed") return "Failed";
  if (cover.status === "done") return formatTime(cover.created_at);
  return cover.step ? `${STEP_LABELS[cover.step]} …` : "Waiting …";
}

function coverItem(cover) {
  const picture = cover.thumbnail
    ? imageWithRetry({ src: cover.thumbnail, alt: "", width: 300, height: 300, loading: "lazy" })
    : h("span", { class: `placeholder ${cover.status}` });
  return h(
    "li",
    { "data-cover": cover.cover_id },
    h(
      "a",
      { href: `#/covers/${cover.cover_id}` },
      picture,
      h("span", { class: "name" }, coverTitle(cover)),
      h("span", { class: "hint" }, statusText(cover)),
    ),
  );
}

/** The listener's covers, page by page; covers in progress are updated. */
export function gallery(onError) {
  const messages = h("div");
  const list = h("ul", { class: "gallery" });
  const emptyHint = h(
    "p",
    { class: "empty", hidden: true },
    "Your covers will appear here. The first one takes about half a minute.",
  );
  const moreButton = h("button", { type: "button", class: "secondary", hidden: true }, OLDER_COVERS);
  const openIds = new Set();
  let cursor;
  let timer;
  let isLeft = false;

  async function loadPage() {
    try {
      const page = await api.getCovers(cursor, PAGE_SIZE);
      const items = page.items.map(coverItem);
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
        list.querySelector(`[data-cover="${CSS.escape(id)}"]`)?.replaceWith(coverItem(cover));
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
    "section",
    { class: "all-covers" },
    h("h2", {}, "Your covers"),
    messages,
    emptyHint,
    list,
    moreButton,
  );
  return {
    element,
    stop() {
      isLeft = true;
      clearTimeout(timer);
    },
  };
}
