// Choose a look: a built-in one, or another cover whose style albums, medium, light, mood and colors are taken over.

import { api } from "./api-client.js";
import { card } from "./controls.js";
import { announce, h, imageWithRetry } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { lookCards } from "./series.js";
import { coverTitle, OLDER_COVERS } from "./strings.js";

const PAGE_SIZE = 24;

/** A picker whose value in the form's data is `look`: the id of a look or of a cover, or "".
 *
 * It loads the covers when it is opened for the first time. With `look`, an id or null, it also has the built-in looks
 * and none. */
export function stylePicker(onError, { look } = {}) {
  const hasLooks = look !== undefined;
  const messages = h("div");
  const none = card(
    "radio",
    "look",
    "",
    h("span", { class: "picture missing" }, "from its music"),
    "Its own style",
    null,
    {
      checked: look === null,
    },
  );
  const list = h("ul", { class: "cards small-cards" }, hasLooks && none);
  const moreButton = h("button", { type: "button", class: "small", hidden: true }, OLDER_COVERS);
  let cursor;
  let hasStarted = false;

  async function loadPage() {
    hasStarted = true;
    messages.replaceChildren();
    try {
      const page = await api.getCovers(cursor, PAGE_SIZE);
      const cards = page.items.filter((cover) => cover.status === "done").map(coverCard);
      list.append(...cards);
      if (cursor) {
        announce(`${formatCount(cards.length, "more cover")}.`);
        cards[0]?.querySelector("input").focus();
      }
      cursor = page.next;
      moreButton.hidden = !cursor;
      if (!cards.length && !cursor) messages.replaceChildren(h("p", { class: "hint" }, "You have no other cover yet."));
    } catch (error) {
      hasStarted = cursor !== undefined;
      onError(error, messages);
    }
  }
  moreButton.addEventListener("click", loadPage);
  const element = h(
    "details",
    { class: "wide" },
    h("summary", {}, hasLooks ? "Look" : "Match another cover"),
    h(
      "fieldset",
      {},
      h("legend", { class: "visually-hidden" }, "Which look?"),
      hasLooks && lookCards({ checked: look, onError, messages }),
      h(
        "p",
        { class: "hint" },
        `${hasLooks ? "Or match another cover: it" : "It"} gives medium, light, mood, colors and lettering. What the new one shows comes from the music.`,
      ),
      list,
      messages,
      moreButton,
    ),
  );
  element.addEventListener("toggle", () => element.open && !hasStarted && loadPage());
  return element;
}

function coverCard(cover) {
  const src = cover.thumbnail_url ?? cover.thumbnail;
  const attributes = { class: "picture", src, alt: "", width: 96, height: 96, loading: "lazy" };
  const thumbnail = imageWithRetry(attributes, null, cover.thumbnail);
  return card("radio", "look", cover.cover_id, thumbnail, coverTitle(cover), formatTime(cover.created_at));
}
