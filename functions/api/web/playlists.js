// All playlists: what automatic covers do with each, and a cover for one.

import { api } from "./api-client.js";
import { automaticCoversForm } from "./automatic-covers.js";
import { disableDuring, newKey, searchField } from "./controls.js";
import { announce, h, hiddenText } from "./dom.js";
import { formatCount } from "./format.js";
import { icon } from "./icons.js";
import { playlistImage } from "./playlist-image.js";
import { matchesSearch, playlistListing } from "./playlist-listing.js";
import { TRY_AGAIN } from "./strings.js";

const FIRST_ROWS = 25;
const MIN_SONGS = 4;
const STANDING_TEXTS = {
  announced: ["soon", "Its cover is being made."],
  made: ["soon", "Its cover is finished, and will be set on Spotify."],
  covered: ["on", "It has its automatic cover."],
  given_up: ["", "Its cover failed. Make one yourself."],
};

/** What automatic covers do with a playlist: the kind of the dot, and a sentence. */
function automaticState({ standing, auto, items }, { auto_cover: isOn, auto_cover_pattern: pattern }) {
  if (standing in STANDING_TEXTS) return STANDING_TEXTS[standing];
  if (!isOn) return ["", ""];
  if (auto === false) return ["", "Off: you said no cover for this one."];
  if (auto === null && standing === "known") return ["", "Existing: left alone."];
  if (auto === null && standing === null && pattern) return ["soon", "New: gets a cover if its name matches."];
  return ["soon", items < MIN_SONGS ? "Gets a cover once it has four songs." : "Gets a cover within 15 minutes."];
}

function playlistRow(playlist, { me, onError }) {
  const [state, messages] = [h("p", { class: "state" }), h("div")];
  const autoButton = h("button", { type: "button", class: "bare", onclick: switchAuto });
  const makeButton = h(
    "button",
    { type: "button", class: "small", onclick: makeCover },
    "Make cover",
    hiddenText(` for ${playlist.name}`),
  );
  makeButton.disabled = playlist.items === 0;

  function update() {
    const [kind, sentence] = automaticState(playlist, me.settings);
    state.replaceChildren(...(sentence ? [h("span", { class: `dot ${kind}` }), sentence] : []));
    autoButton.hidden = !me.settings.auto_cover || playlist.standing in STANDING_TEXTS;
    autoButton.replaceChildren(
      kind === "soon" ? "Skip" : "Allow",
      hiddenText(` an automatic cover for ${playlist.name}`),
    );
  }
  async function switchAuto() {
    const auto = automaticState(playlist, me.settings)[0] !== "soon";
    messages.replaceChildren();
    try {
      Object.assign(playlist, await disableDuring(autoButton, () => api.setAutoCover(playlist.id, auto)));
      update();
      announce(state.textContent);
    } catch (error) {
      onError(error, messages);
    }
  }
  async function makeCover() {
    messages.replaceChildren();
    const source = { kind: "playlist", playlist_id: playlist.id };
    try {
      const request = () => api.requestCover(source, { candidates: me.candidates_default }, newKey());
      const { cover_id: coverId } = await disableDuring(makeButton, request);
      location.hash = `#/covers/${coverId}/choose`;
    } catch (error) {
      onError(error, messages);
    }
  }
  update();
  const link = h("a", { href: `#/playlists/${playlist.id}` }, playlist.name, hiddenText(": images and undo"));
  return h(
    "li",
    { class: "playlist" },
    playlistImage(playlist, 60),
    h("div", { class: "about" }, h("b", {}, link), h("span", { class: "hint" }, formatCount(playlist.items, "song"))),
    state,
    h("div", { class: "buttons" }, autoButton, makeButton),
    messages,
  );
}

function playlistList(context) {
  const messages = h("div");
  const list = h("ul", { class: "playlists" });
  const foreignHint = h("p", { class: "hint", hidden: true });
  const allButton = h("button", { type: "button", class: "small", hidden: true });
  const retryButton = h("button", { type: "button", class: "small", hidden: true, onclick: load }, TRY_AGAIN);
  const rows = new Map();
  let listing = playlistListing();
  let isOpen = false;
  let searchText = "";
  const search = searchField("Search playlists", (text) => {
    searchText = text;
    arrange();
  });

  function arrange() {
    let shown = 0;
    for (const [element, playlist] of rows) {
      const isFound = matchesSearch(playlist, searchText);
      element.hidden = !isFound || (!isOpen && !searchText && shown >= FIRST_ROWS);
      shown += isFound;
    }
    allButton.hidden = isOpen || Boolean(searchText) || shown <= FIRST_ROWS;
    allButton.replaceChildren(`Show all ${shown}`, icon("down"));
  }
  allButton.addEventListener("click", () => {
    const first = [...rows.keys()].find((element) => element.hidden);
    isOpen = true;
    arrange();
    first?.querySelector("a").focus();
  });
  async function load() {
    messages.replaceChildren();
    retryButton.hidden = true;
    try {
      await listing.readAll((playlists) => {
        const own = playlists.filter(({ owned }) => owned);
        for (const playlist of own.slice(rows.size)) {
          const element = playlistRow(playlist, context);
          rows.set(element, playlist);
          list.append(element);
        }
        const foreignCount = playlists.length - own.length;
        foreignHint.hidden = foreignCount === 0;
        foreignHint.textContent = `${formatCount(foreignCount, "playlist")} of other people not shown: only the owner can set the image.`;
        search.setLabel(`Search ${formatCount(rows.size, "playlist")}`);
        arrange();
      });
    } catch (error) {
      context.onError(error, messages);
      retryButton.hidden = false;
    }
  }
  load();
  return {
    search: search.element,
    elements: [list, messages, foreignHint, h("div", { class: "buttons" }, allButton, retryButton)],
    /** Start again from the first page: a new rule changes what happens to each playlist. */
    reload() {
      list.replaceChildren();
      rows.clear();
      listing = playlistListing();
      return load();
    },
  };
}

/** The view of all playlists. */
export function playlistsView(context) {
  const list = playlistList(context);
  const form = automaticCoversForm(context, list.reload);
  const element = h(
    "div",
    {},
    h("div", { class: "head" }, h("h1", { tabindex: "-1" }, "Playlists"), list.search),
    form.element,
    list.elements,
  );
  return { element, title: "Playlists", update: form.update };
}
