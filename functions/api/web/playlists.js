// All playlists: automatic covers as a rule and one by one, their histories, and covers for all at once.

import { api } from "./api-client.js";
import { automation } from "./automation.js";
import { uniqueId } from "./controls.js";
import { announce, externalLink, h, section } from "./dom.js";
import { formatCount } from "./format.js";
import { playlistImage } from "./playlist-image.js";

const WORDS = { true: "on", false: "off", null: "as the rule says" };
const LEAST_SONGS = 4;
const BEGUN = {
  announced: "its cover is being made",
  made: "its cover is made and waits to be set on Spotify",
  covered: "has had its cover",
  given_up: "its cover did not work out: make one yourself",
};

/** What automatic covers make of a playlist, in words. */
function standing({ standing, auto, items }, { auto_cover, auto_cover_pattern }) {
  if (standing in BEGUN) return BEGUN[standing];
  if (!auto_cover || auto === false) return "no cover by itself";
  if (auto === null && standing === "known") return "was here before: left as it is";
  if (auto === null && standing === null && auto_cover_pattern)
    return "new: gets its cover if its name is one of those";
  return items < LEAST_SONGS ? "gets its cover once it has four songs" : "gets its cover within minutes";
}

const unseen = (text) => h("span", { class: "unseen" }, text);

function row(playlist, { me, onError }) {
  const [id, told, messages] = [uniqueId("auto"), h("span", { class: "hint" }), h("div")];
  const tell = () => {
    told.textContent = `${formatCount(playlist.items, "song")} · ${standing(playlist, me.settings)}`;
  };
  const choice = h(
    "select",
    { id },
    [null, true, false].map((auto) =>
      h("option", { value: String(auto), selected: auto === playlist.auto }, WORDS[auto]),
    ),
  );
  choice.addEventListener("change", async () => {
    const wish = { true: true, false: false, null: null }[choice.value];
    messages.replaceChildren();
    choice.disabled = true;
    try {
      Object.assign(playlist, await api.setAutoCover(playlist.id, wish));
      announce(`Automatic cover for ${playlist.name}: ${WORDS[wish]}.`);
      tell();
    } catch (error) {
      choice.value = String(playlist.auto);
      onError(error, messages);
    } finally {
      choice.disabled = false;
      choice.focus();
    }
  });
  tell();
  return h(
    "li",
    { class: "playlist" },
    playlistImage(playlist, 64),
    h(
      "div",
      { class: "about" },
      externalLink(playlist.url, h("b", {}, playlist.name), unseen(" on Spotify")),
      told,
      h("a", { href: `#/playlists/${playlist.id}` }, "History", unseen(` of ${playlist.name}`)),
    ),
    h("div", { class: "field" }, h("label", { for: id }, "Automatic cover", unseen(` for ${playlist.name}`)), choice),
    messages,
  );
}

function oneByOne(context) {
  const messages = h("div");
  const list = h("ul", { class: "playlists" });
  const others = h("p", { class: "hint", hidden: true });
  const more = h("button", { type: "button", class: "quiet", hidden: true }, "More playlists");
  let foreign = 0;
  let cursor;

  async function load() {
    messages.replaceChildren();
    more.disabled = true;
    try {
      const page = await api.getPlaylists(cursor);
      const rows = page.items.filter(({ owned }) => owned).map((playlist) => row(playlist, context));
      list.append(...rows);
      foreign += page.items.length - rows.length;
      others.hidden = foreign === 0;
      others.textContent = `${formatCount(foreign, "playlist")} of other people not shown: Spotify lets only the owner set the image.`;
      if (cursor) {
        announce(`${formatCount(rows.length, "more playlist")}.`);
        rows[0]?.querySelector("select").focus();
      }
      cursor = page.next;
      more.hidden = !cursor;
      more.textContent = "More playlists";
    } catch (error) {
      context.onError(error, messages);
      more.hidden = false;
      more.textContent = "Try again";
    } finally {
      more.disabled = false;
    }
  }
  more.addEventListener("click", load);
  load();
  return {
    element: [list, messages, others, more],
    /** From the beginning: the rule has changed, and with it what becomes of each. */
    reload() {
      list.replaceChildren();
      [cursor, foreign] = [undefined, 0];
      return load();
    },
  };
}

export function playlistsView(context) {
  const list = oneByOne(context);
  const automatic = automation(context, list.reload);
  const element = h(
    "div",
    { class: "settings" },
    h("h1", { tabindex: "-1" }, "Playlists"),
    section("Automatic covers", automatic.element),
    section(
      "All at once",
      h(
        "p",
        {},
        "A cover for every playlist of yours that has none, if you like all in one look. You see first how many there are and what it costs.",
      ),
      h("p", {}, h("a", { class: "button", href: "#/playlists/cover-all" }, "Cover all my playlists")),
    ),
    section(
      "One by one",
      h(
        "p",
        { class: "hint" },
        "Your word on a playlist goes before the rule. Both count only while automatic covers are on.",
      ),
      list.element,
    ),
  );
  return { element, title: "Playlists", update: automatic.update };
}
