// Which music a cover is made from: top artists, or one of the playlists.

import { api } from "./api-client.js";
import { numberField, uniqueId } from "./controls.js";
import { announce, externalLink, h } from "./dom.js";
import { formatCount } from "./format.js";
import { playlistImage } from "./playlist-image.js";
import { radioCard } from "./radio-card.js";
import { TIME_RANGES } from "./strings.js";

const TOP = "top_artists";

function playlistCard(playlist) {
  const about = playlist.items === 0 ? "empty" : formatCount(playlist.items, "song");
  const readable = playlist.owned || playlist.collaborative;
  const told = readable ? about : `${about}, not yours: may be refused`;
  const link = externalLink(playlist.url, "Spotify", h("span", { class: "unseen" }, `: open ${playlist.name}`));
  return radioCard("source", playlist.id, playlistImage(playlist, 160), playlist.name, told, {
    disabled: playlist.items === 0,
    link,
  });
}

function ranges() {
  const id = uniqueId("range");
  const options = Object.entries(TIME_RANGES).map(([value, name]) =>
    h("option", { value, selected: value === "medium_term" }, `The ${name}`),
  );
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, "Heard in"),
    h("select", { id, name: "time_range" }, options),
  );
}

/** `element` and `read(form data)`, which gives a Source. `chosen(playlist)` is told of each choice; null: top artists. */
export function sourcePicker(onError, chosen) {
  const messages = h("div");
  const list = h(
    "ul",
    { class: "sources" },
    radioCard(
      "source",
      TOP,
      h("span", { class: "art top" }, h("span", {}, "Your"), h("span", {}, "top"), h("span", {}, "artists")),
      "Top artists",
      "what you hear most",
      { checked: true },
    ),
  );
  const more = h("button", { type: "button", class: "quiet", hidden: true }, "More playlists");
  const topFields = h("div", { class: "fields" }, ranges(), numberField("artists", "Artists", 10, 50));
  const playlistFields = h("div", { class: "fields", hidden: true }, numberField("albums", "Albums at most", 20, 50));
  const known = new Map();
  let cursor;

  async function load() {
    try {
      const page = await api.getPlaylists(cursor);
      const cards = page.items.map(playlistCard);
      for (const playlist of page.items) known.set(playlist.id, playlist);
      list.append(...cards);
      if (cursor && cards.length) {
        announce(`${formatCount(cards.length, "more playlist")}.`);
        cards[0].querySelector("input").focus();
      }
      cursor = page.next;
      more.hidden = !cursor;
    } catch (error) {
      onError(error, messages);
      more.hidden = false;
      more.textContent = "Try again";
    }
  }
  more.addEventListener("click", () => {
    messages.replaceChildren();
    more.textContent = "More playlists";
    load();
  });
  list.addEventListener("change", (event) => {
    if (event.target.name !== "source") return;
    topFields.hidden = event.target.value !== TOP;
    playlistFields.hidden = !topFields.hidden;
    chosen(known.get(event.target.value) ?? null);
  });
  load();

  const element = h(
    "fieldset",
    {},
    h("legend", {}, "From which music?"),
    list,
    messages,
    more,
    topFields,
    playlistFields,
  );
  const read = (data) =>
    data.get("source") === TOP
      ? { kind: TOP, time_range: data.get("time_range"), count: Number(data.get("artists")) }
      : { kind: "playlist", playlist_id: data.get("source"), count: Number(data.get("albums")) };
  return { element, read };
}
