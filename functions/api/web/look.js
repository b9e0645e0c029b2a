// One look for several covers: another cover lends its style albums, medium, light, mood and colours.

import { api } from "./api-client.js";
import { announce, h, imageWithRetry } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { radioCard } from "./radio-card.js";
import { coverTitle } from "./strings.js";

const PAGE = 24;

/** Nothing is asked for before it is opened. The form's data has the chosen cover's id as `look`, or "". */
export function lookPicker(onError) {
  const messages = h("div");
  const own = radioCard("look", "", h("span", { class: "art none" }, "as its music is"), "A look of its own", null, {
    checked: true,
  });
  const list = h("ul", { class: "sources small" }, own);
  const more = h("button", { type: "button", class: "quiet", hidden: true }, "Older covers");
  let cursor;
  let begun = false;

  async function load() {
    begun = true;
    messages.replaceChildren();
    try {
      const page = await api.getCovers(cursor, PAGE);
      const choices = page.items.filter((cover) => cover.status === "done").map(choice);
      list.append(...choices);
      if (cursor) {
        announce(`${formatCount(choices.length, "more cover")}.`);
        choices[0]?.querySelector("input").focus();
      }
      cursor = page.next;
      more.hidden = !cursor;
      if (list.children.length === 1 && !cursor)
        messages.replaceChildren(h("p", { class: "hint" }, "You have no other cover yet."));
    } catch (error) {
      begun = cursor !== undefined;
      onError(error, messages);
    }
  }
  more.addEventListener("click", load);
  const element = h(
    "details",
    { class: "look" },
    h("summary", {}, "In the look of another cover"),
    h(
      "fieldset",
      {},
      h("legend", {}, "Which one?"),
      h(
        "p",
        { class: "hint" },
        "That cover lends its style, medium, light, mood and colours; the subject is the music’s own.",
      ),
      list,
      messages,
      more,
    ),
  );
  element.addEventListener("toggle", () => element.open && !begun && load());
  return element;
}

function choice(cover) {
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
