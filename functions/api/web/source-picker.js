// Choose the music that a cover is made from: top artists or a playlist.

import { api } from "./api-client.js";
import { numberField, uniqueId } from "./controls.js";
import { announce, externalLink, h, hiddenText } from "./dom.js";
import { formatCount } from "./format.js";
import { playlistImage } from "./playlist-image.js";
import { radioCard } from "./radio-card.js";
import { MORE_PLAYLISTS, TIME_RANGES, TRY_AGAIN } from "./strings.js";

const TOP_ARTISTS = "top_artists";

function topArtistsCard() {
  const picture = h(
    "span",
    { class: "art top" },
    h("span", {}, "Your"),
    h("span", {}, "top"),
    h("span", {}, "artists"),
  );
  return radioCard("source", TOP_ARTISTS, picture, "Top artists", "what you listen to most", { checked: true });
}

function playlistCard(playlist) {
  const songs = playlist.items === 0 ? "empty" : formatCount(playlist.items, "song");
  const isReadable = playlist.owned || playlist.collaborative;
  const description = isReadable ? songs : `${songs}, not yours, may not be readable`;
  const link = externalLink(playlist.url, "Spotify", hiddenText(`: open ${playlist.name}`));
  return radioCard("source", playlist.id, playlistImage(playlist, 160), playlist.name, description, {
    disabled: playlist.items === 0,
    link,
  });
}

function timeRangeField() {
  const id = uniqueId("range");
  const options = Object.entries(TIME_RANGES).map(([value, name]) =>
    h("option", { value, selected: value === "medium_term" }, `${name[0].toUpperCase()}${name.slice(1)}`),
  );
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, "Time range"),
    h("select", { id, name: "time_range" }, options),
  );
}

/** A picker with `element` and `readSource(formData)`, which returns the `source` of a request.
 *
 * `onChoose(playlist)` is called for each choice, with null for top artists. */
export function sourcePicker(onError, onChoose) {
  const messages = h("div");
  const list = h("ul", { class: "sources" }, topArtistsCard());
  const moreButton = h("button", { type: "button", class: "secondary", hidden: true }, MORE_PLAYLISTS);
  const topFields = h("div", { class: "fields" }, timeRangeField(), numberField("artists", "Artists", 10, 50));
  const playlistFields = h("div", { class: "fields", hidden: true }, numberField("albums", "Maximum albums", 20, 50));
  const playlistsById = new Map();
  let cursor;

  async function loadPage() {
    try {
      const page = await api.getPlaylists(cursor);
      const cards = page.items.map(playlistCard);
      for (const playlist of page.items) playlistsById.set(playlist.id, playlist);
      list.append(...cards);
      if (cursor && cards.length) {
        announce(`${formatCount(cards.length, "more playlist")}.`);
        cards[0].querySelector("input").focus();
      }
      cursor = page.next;
      moreButton.hidden = !cursor;
    } catch (error) {
      onError(error, messages);
      moreButton.hidden = false;
      moreButton.textContent = TRY_AGAIN;
    }
  }
  moreButton.addEventListener("click", () => {
    messages.replaceChildren();
    moreButton.textContent = MORE_PLAYLISTS;
    loadPage();
  });
  list.addEventListener("change", (event) => {
    if (event.target.name !== "source") return;
    topFields.hidden = event.target.value !== TOP_ARTISTS;
    playlistFields.hidden = !topFields.hidden;
    onChoose(playlistsById.get(event.target.value) ?? null);
  });
  loadPage();

  const readSource = (formData) =>
    formData.get("source") === TOP_ARTISTS
      ? { kind: TOP_ARTISTS, time_range: formData.get("time_range"), count: Number(formData.get("artists")) }
      : { kind: "playlist", playlist_id: formData.get("source"), count: Number(formData.get("albums")) };
  const element = h(
    "fieldset",
    {},
    h("legend", {}, "Which music?"),
    list,
    messages,
    moreButton,
    topFields,
    playlistFields,
  );
  return { element, readSource };
}
