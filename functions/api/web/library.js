// The whole library in one look: a wall of playlists, whose images become covers.

import { checkbox, searchField } from "./controls.js";
import { h } from "./dom.js";
import { capitalize, formatCost, formatCount } from "./format.js";
import { libraryBar } from "./library-bar.js";
import { run } from "./library-run.js";
import { wallItem } from "./library-wall.js";
import { matchesSearch, playlistListing } from "./playlist-listing.js";
import { lookCards } from "./series.js";
import { stylePicker } from "./style-picker.js";

const TITLE = "Your whole library in one look";
/** The options of each cover, with the look: the id of a built-in one or of a cover. */
function readOptions(form) {
  const formData = new FormData(form);
  return {
    candidates: 1,
    publish: false,
    look: formData.get("look"),
    lettering: formData.has("has_title") ? "title" : "none",
  };
}

/** The view. */
export function libraryView({ me, onError }) {
  const [messages, wall, emptyHint] = [
    h("div"),
    h("ul", { class: "wall-of-playlists" }),
    h("p", { class: "empty", hidden: true }, "You own no playlist with songs yet."),
  ];
  const progressBar = h("progress", { "aria-label": "Finished covers" });
  const progressText = h("b");
  const progress = h("div", { class: "run-progress" }, progressText, progressBar);
  const search = searchField("Search playlists", (text) => {
    for (const { element, playlist } of tiles) element.hidden = !matchesSearch(playlist, text);
  });
  const allButton = h("button", { type: "button", class: "bare", onclick: toggleAll }, "Leave all out");
  const form = h(
    "form",
    { onsubmit: (event) => event.preventDefault(), onchange: render },
    h(
      "fieldset",
      {},
      h("legend", { class: "visually-hidden" }, "Which look?"),
      lookCards({ checked: run.look ?? "first", onLoad: () => render(), onError, messages }),
      stylePicker(onError),
      checkbox("has_title", "Each playlist’s name on its cover", null, true),
    ),
    h("div", { class: "wall-tools" }, progress, allButton, search.element),
    h("fieldset", {}, h("legend", { class: "visually-hidden" }, "Which playlists?"), wall),
  );
  const tiles = [];
  const chosenIds = () => tiles.filter(({ input }) => input.checked).map(({ playlist }) => playlist.id);
  const bar = libraryBar({
    price: me.cover_cost_usd,
    form: { chosenIds, options: () => readOptions(form), look: () => new FormData(form).get("look"), lookName },
    messages,
    onError,
  });
  function lookName() {
    const input = form.querySelector("input[name=look]:checked");
    return input ? input.closest("li").querySelector(".name").textContent : "";
  }

  function toggleAll() {
    const isAny = chosenIds().length > 0;
    for (const { input, element } of tiles) if (!element.hidden) input.checked = !isAny;
    render();
  }
  function render() {
    const total = run.total();
    const finished = run.count("painted", "set", "setting", "undoing", "failed");
    const set = run.count("set");
    for (const { playlist, input, show } of tiles) {
      const item = run.get(playlist.id);
      show(item);
      // Covers that are painted can be left out of those that are set.
      input.disabled = total > 0 && (item?.state !== "painted" || run.activity !== null);
      if (total && item?.state !== "painted") input.checked = item !== undefined;
    }
    // Without a control that can be used, the list has to take the focus to be scrolled.
    form.querySelector(".looks").tabIndex = total > 0 ? 0 : -1;
    for (const input of form.querySelectorAll("input[name=look], input[name=has_title]")) {
      input.disabled = total > 0;
      if (input.value === run.look) input.checked = true;
    }
    progressBar.hidden = total === 0;
    progressBar.max = total || 1;
    progressBar.value = finished;
    const chosen = chosenIds().length;
    progressText.className = set && set === total ? "good-text" : "";
    progressText.textContent =
      total === 0
        ? `${chosen} of ${formatCount(tiles.length, "playlist")}`
        : set
          ? `${formatCount(set, "cover")} set`
          : `${finished} of ${total} painted`;
    allButton.hidden = total > 0;
    allButton.textContent = chosen ? "Leave all out" : "Take all";
    bar.render();
  }
  async function load() {
    try {
      await playlistListing().readAll((playlists, isComplete) => {
        const own = playlists.filter(({ owned, items }) => owned && items > 0);
        for (const playlist of own.slice(tiles.length)) {
          const tile = wallItem(playlist);
          tiles.push(tile);
          wall.append(tile.element);
        }
        emptyHint.hidden = !isComplete || tiles.length > 0;
        render();
      });
    } catch (error) {
      onError(error, messages);
    }
  }
  run.listen(render);
  render();
  load();
  const cost = me.cover_cost_usd ? `${formatCost(me.cover_cost_usd)} each` : "Free";
  const element = h(
    "div",
    {},
    h(
      "div",
      { class: "head" },
      h("h1", { tabindex: "-1" }, TITLE),
      h("p", { class: "hint" }, `${capitalize(cost)}. Tap a cover to leave it out.`),
    ),
    form,
    emptyHint,
    messages,
    bar.element,
  );
  return { element, title: "One look", stop: () => run.listen(() => {}) };
}
