// Choose the music that a cover is made from: top artists or a playlist.

import { api } from "./api-client.js";
import { card, searchField } from "./controls.js";
import { h } from "./dom.js";
import { formatCount } from "./format.js";
import { icon } from "./icons.js";
import { amountFields, labelPicture, playlistCard, TOP_LABEL } from "./music-cards.js";
import { playlistImage } from "./playlist-image.js";
import { matchesSearch, playlistListing } from "./playlist-listing.js";
import { TRY_AGAIN } from "./strings.js";

const TOP_ARTISTS = "top_artists";
const SAMPLE = "sample";
const ROWS = 2;

/** A picker with `search`, `element`, `amounts` (fields), `readSource(formData)`, the `source` of a request, and `start()`.
 *
 * `chosen`: the value of the card to choose if it exists, else the first own playlist is. `onChoose({ name, hint, picture, playlist })` is called for
 * each choice, with no playlist for other music, and with null while there is nothing to choose. */
export function sourcePicker({ chosen, isDemo, onError, onChoose }) {
  const [messages, emptyHint] = [h("div"), h("p", { class: "hint", hidden: true }, "No playlist has this name.")];
  const topCard = card(
    "radio",
    "source",
    TOP_ARTISTS,
    labelPicture(TOP_LABEL),
    "Top artists",
    "what you listen to most",
    {
      checked: chosen === TOP_ARTISTS,
    },
  );
  const list = h("ul", { class: "cards" }, topCard);
  const allButton = h("button", { type: "button", class: "small", hidden: true });
  const retryButton = h("button", { type: "button", class: "small", hidden: true, onclick: load }, TRY_AGAIN);
  const search = searchField("Search playlists", (text) => {
    searchText = text;
    arrange();
  });
  const amounts = amountFields();
  const listing = playlistListing();
  const cards = new Map([[topCard, { name: "Top artists" }]]);
  let playlistCount = 0;
  let searchText = "";
  let isChosen = chosen === TOP_ARTISTS;
  let isOpen = false;
  let isComplete = false;

  /** Show two rows, or all cards, or those that are searched. */
  function arrange() {
    const columns = getComputedStyle(list).gridTemplateColumns.split(" ").length;
    let shown = 0;
    for (const [element, item] of cards) {
      const isFound = matchesSearch(item, searchText);
      element.hidden = !isFound || (!isOpen && !searchText && shown >= ROWS * columns);
      shown += isFound;
    }
    emptyHint.hidden = shown > 0 || !isComplete;
    allButton.hidden = isOpen || Boolean(searchText) || shown <= ROWS * columns;
    const count = isComplete ? ` ${playlistCount}` : "";
    allButton.replaceChildren(`Show all${count}`, icon("down"));
    search.setLabel(isComplete ? `Search ${formatCount(playlistCount, "playlist")}` : "Search playlists");
  }
  allButton.addEventListener("click", () => {
    const first = [...cards.keys()].find((element) => element.hidden);
    isOpen = true;
    arrange();
    first?.querySelector("input").focus();
  });
  new ResizeObserver(arrange).observe(list);

  function addPlaylists(playlists, complete) {
    isComplete = complete;
    for (const playlist of playlists.slice(playlistCount)) {
      const element = playlistCard(playlist);
      cards.set(element, playlist);
      playlistCount += 1;
      // The music that was used last comes first, so that it is in sight.
      if (playlist.id === chosen) {
        topCard.after(element);
        choose(element);
      } else list.append(element);
      // A cover of an own playlist can be used at once, so the first one is chosen.
      if (!chosen && !isChosen && playlist.owned && playlist.items > 0) choose(element);
    }
    if (!isChosen && isComplete) chooseFirst();
    arrange();
  }
  function choose(element) {
    element.querySelector("input").checked = true;
    isChosen = true;
    showChoice();
  }
  function chooseFirst() {
    const first = list.querySelector("input:checked:enabled") ?? list.querySelector("input:enabled");
    if (first) choose(first.closest("li"));
    else onChoose(null);
  }
  function showChoice() {
    const element = list.querySelector("input:checked")?.closest("li");
    if (!element) return; // until the playlists have been read
    const item = cards.get(element);
    const isTop = element === topCard;
    for (const field of amounts.top) field.hidden = !isTop;
    const playlist = item.id ? item : null;
    for (const field of amounts.playlist) field.hidden = !playlist;
    onChoose({
      name: item.name,
      hint: element.querySelector(".hint").textContent,
      picture: playlist ? playlistImage(playlist, 52) : labelPicture(isTop ? TOP_LABEL : item.name),
      playlist,
    });
  }
  list.addEventListener("change", (event) => {
    if (event.target.name !== "source") return;
    isChosen = true;
    showChoice();
  });

  async function load() {
    messages.replaceChildren();
    retryButton.hidden = true;
    try {
      await listing.readAll(addPlaylists);
    } catch (error) {
      onError(error, messages);
      retryButton.hidden = false;
      if (!isChosen) chooseFirst();
    }
  }
  async function checkTopArtists() {
    try {
      const { names } = await api.getTopArtists();
      topCard.querySelector(".hint").textContent = names.length
        ? names.slice(0, 3).join(", ")
        : "Spotify knows no top artists of yours yet";
      if (names.length === 0) {
        topCard.querySelector("input").disabled = true;
        offerSample();
        if (topCard.querySelector("input").checked) chooseFirst();
      } else showChoice();
    } catch (error) {
      if (error.status === 401) onError(error, messages); // otherwise the request for a cover says what is wrong
    }
  }
  /** Invented music for somebody who has none yet. */
  function offerSample() {
    const name = "Sample music";
    const element = card("radio", "source", SAMPLE, labelPicture(name), name, "invented, to try it out");
    cards.set(element, { name });
    if (topCard.isConnected) topCard.after(element);
    else list.append(element);
    arrange();
  }
  function readSource(formData) {
    const source = formData.get("source");
    if (source === SAMPLE) return { kind: SAMPLE };
    if (source === TOP_ARTISTS)
      return { kind: TOP_ARTISTS, time_range: formData.get("time_range"), count: Number(formData.get("artists")) };
    return { kind: "playlist", playlist_id: source, count: Number(formData.get("albums")) };
  }
  const fieldset = h(
    "fieldset",
    {},
    h("legend", { class: "visually-hidden" }, "Which music?"),
    list,
    emptyHint,
    messages,
    h("div", { class: "buttons" }, allButton, retryButton),
  );
  return {
    search: search.element,
    element: fieldset,
    amounts: [...amounts.top, ...amounts.playlist],
    readSource,
    start() {
      if (isDemo) {
        list.replaceChildren();
        cards.clear();
        isComplete = true;
        search.element.hidden = true;
        offerSample();
        chooseFirst();
        return;
      }
      showChoice();
      load();
      checkTopArtists();
    },
  };
}
