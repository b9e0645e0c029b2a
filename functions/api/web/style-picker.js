// Choose another cover whose style albums, medium, light, mood and colors a new cover takes over.

import { api } from "./api-client.js";
import { announce, h, imageWithRetry } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { radioCard } from "./radio-card.js";
import { coverTitle, OLDER_COVERS } from "./strings.js";

const PAGE_SIZE = 24;

/** A picker whose value in the form's data is `look`, the id of the chosen cover or "".
 *
 * It loads the covers when it is opened for the first time. */
export function stylePicker(onError) {
  const messages = h("div");
  const noCover = radioCard(
    "look",
    "",
    h("span", { class: "art missing" }, "from its own music"),
    "Its own style",
    null,
    {
      checked: true,
    },
  );
  const list = h("ul", { class: "sources compact-cards" }, noCover);
  const moreButton = h("button", { type: "button", class: "secondary", hidden: true }, OLDER_COVERS);
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
      if (list.children.length === 1 && !cursor)
        messages.replaceChildren(h("p", { class: "hint" }, "You have no other cover yet."));
    } catch (error) {
      hasStarted = cursor !== undefined;
      onError(error, messages);
    }
  }
  moreButton.addEventListener("click", loadPage);
  const element = h(
    "details",
    { class: "style-picker" },
    h("summary", {}, "Match another cover"),
    h(
      "fieldset",
      {},
      h("legend", {}, "Which cover?"),
      h(
        "p",
        { class: "hint" },
        "The new cover takes its style, medium, light, mood and colors from that cover. The subject still comes from its own music.",
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
  const thumbnail = imageWithRetry({
    class: "art",
    src: cover.thumbnail,
    alt: "",
    width: 96,
    height: 96,
    loading: "lazy",
  });
  return radioCard("look", cover.cover_id, thumbnail, coverTitle(cover), formatTime(cover.created_at));
}
