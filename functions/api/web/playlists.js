// All playlists: automatic covers in general and for each playlist, and covers for all at once.

import { api } from "./api-client.js";
import { automaticCoversForm } from "./automatic-covers.js";
import { uniqueId } from "./controls.js";
import { announce, externalLink, h, hiddenText, section } from "./dom.js";
import { formatCount } from "./format.js";
import { playlistImage } from "./playlist-image.js";
import { COVER_ALL_PLAYLISTS, MORE_PLAYLISTS, TRY_AGAIN } from "./strings.js";

const AUTO_LABELS = { true: "on", false: "off", null: "follow the rule" };
const MIN_SONGS = 4;
const STANDING_TEXTS = {
  announced: "cover in progress",
  made: "cover finished, waiting to be set on Spotify",
  covered: "cover made",
  given_up: "cover failed, make one yourself",
};

/** What automatic covers do with a playlist. */
function automaticCoverText({ standing, auto, items }, { auto_cover: isOn, auto_cover_pattern: pattern }) {
  if (standing in STANDING_TEXTS) return STANDING_TEXTS[standing];
  if (!isOn || auto === false) return "no automatic cover";
  if (auto === null && standing === "known") return "existing playlist, skipped";
  if (auto === null && standing === null && pattern) return "new, gets a cover if its name matches";
  return items < MIN_SONGS ? "gets a cover once it has four songs" : "gets a cover within minutes";
}

function playlistItem(playlist, { me, onError }) {
  const [id, description, messages] = [uniqueId("auto"), h("span", { class: "hint" }), h("div")];
  const update = () => {
    description.textContent = `${formatCount(playlist.items, "song")} · ${automaticCoverText(playlist, me.settings)}`;
  };
  const select = h(
    "select",
    { id },
    [null, true, false].map((auto) =>
      h("option", { value: String(auto), selected: auto === playlist.auto }, AUTO_LABELS[auto]),
    ),
  );
  select.addEventListener("change", async () => {
    const auto = { true: true, false: false, null: null }[select.value];
    messages.replaceChildren();
    select.disabled = true;
    try {
      Object.assign(playlist, await api.setAutoCover(playlist.id, auto));
      announce(`Automatic cover for ${playlist.name}: ${AUTO_LABELS[auto]}.`);
      update();
    } catch (error) {
      select.value = String(playlist.auto);
      onError(error, messages);
    } finally {
      select.disabled = false;
      select.focus();
    }
  });
  update();
  return h(
    "li",
    { class: "playlist" },
    playlistImage(playlist, 64),
    h(
      "div",
      { class: "about" },
      externalLink(playlist.url, h("b", {}, playlist.name), hiddenText(" on Spotify")),
      description,
      h("a", { href: `#/playlists/${playlist.id}` }, "History", hiddenText(` of ${playlist.name}`)),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: id }, "Automatic cover", hiddenText(` for ${playlist.name}`)),
      select,
    ),
    messages,
  );
}

function playlistList(context) {
  const messages = h("div");
  const list = h("ul", { class: "playlists" });
  const foreignHint = h("p", { class: "hint", hidden: true });
  const moreButton = h("button", { type: "button", class: "secondary", hidden: true }, MORE_PLAYLISTS);
  let foreignCount = 0;
  let cursor;

  async function loadPage() {
    messages.replaceChildren();
    moreButton.disabled = true;
    try {
      const page = await api.getPlaylists(cursor);
      const items = page.items.filter(({ owned }) => owned).map((playlist) => playlistItem(playlist, context));
      list.append(...items);
      foreignCount += page.items.length - items.length;
      foreignHint.hidden = foreignCount === 0;
      foreignHint.textContent = `${formatCount(foreignCount, "playlist")} by other people not shown, because only the owner can set the image.`;
      if (cursor) {
        announce(`${formatCount(items.length, "more playlist")}.`);
        items[0]?.querySelector("select").focus();
      }
      cursor = page.next;
      moreButton.hidden = !cursor;
      moreButton.textContent = MORE_PLAYLISTS;
    } catch (error) {
      context.onError(error, messages);
      moreButton.hidden = false;
      moreButton.textContent = TRY_AGAIN;
    } finally {
      moreButton.disabled = false;
    }
  }
  moreButton.addEventListener("click", loadPage);
  loadPage();
  return {
    elements: [list, messages, foreignHint, moreButton],
    /** Start again from the first page: a new rule changes what happens to each playlist. */
    reload() {
      list.replaceChildren();
      [cursor, foreignCount] = [undefined, 0];
      return loadPage();
    },
  };
}

/** The view of all playlists. */
export function playlistsView(context) {
  const list = playlistList(context);
  const form = automaticCoversForm(context, list.reload);
  const element = h(
    "div",
    { class: "settings" },
    h("h1", { tabindex: "-1" }, "Playlists"),
    section("Automatic covers", form.element),
    section(
      "All at once",
      h(
        "p",
        {},
        "Make a cover for each of your playlists that has none, in the same style if you like. You see the number of covers and the cost first.",
      ),
      h("p", {}, h("a", { class: "button", href: "#/playlists/cover-all" }, COVER_ALL_PLAYLISTS)),
    ),
    section(
      "One by one",
      h(
        "p",
        { class: "hint" },
        "The setting of a playlist overrides the rule. Both apply only while automatic covers are on.",
      ),
      list.elements,
    ),
  );
  return { element, title: "Playlists", update: form.update };
}
