// A cover: the picture, what to do with it, and one tab away how it came about.

import { api, hasEnded } from "./api-client.js";
import { candidateGrid, findChosen, mediumName } from "./candidates.js";
import { confirmSending, requestMore } from "./choose.js";
import { newKey } from "./controls.js";
import { summary } from "./cover-summary.js";
import { confirmAction } from "./dialog.js";
import { announce, h, imageWithRetry, notice, reactiveSlot } from "./dom.js";
import { downloadMenu } from "./downloads.js";
import { followCover } from "./follow-cover.js";
import { formatTime } from "./format.js";
import { artworkList, paintedSection, promptSection } from "./provenance.js";
import { sharePanel } from "./share.js";
import { coverTitle, PLAYLIST_HISTORY, TRY_AGAIN } from "./strings.js";
import { tabs } from "./tabs.js";
import { spotifyUse } from "./use-on-spotify.js";

const SET_STAYS = "Playlists that use it keep it, and it stays in their history.";

/** The most colorful color of the palette, for the light around the cover. */
function tintColor(palette) {
  const colorfulness = (hex) => {
    const channels = [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
    return Math.max(...channels) - Math.min(...channels);
  };
  return [...palette].sort((one, other) => colorfulness(other) - colorfulness(one))[0];
}

function coverPicture({ images, url, alt, status }) {
  if (images) {
    const attributes = {
      src: url ?? images.cover,
      alt,
      width: 640,
      height: 640,
      class: "picture",
      fetchpriority: "high",
    };
    return imageWithRetry(attributes, null, images.cover);
  }
  return h("span", { class: `picture canvas ${status}` }, h("span", { class: "disc" }));
}

/** The view of one cover, which follows its progress until it has ended. */
export function coverView(id, { me, onError }) {
  const messages = h("div");
  const heading = h("h1", { tabindex: "-1" }, "Your cover");
  const picture = reactiveSlot(coverPicture, {}, "figure");
  const error = reactiveSlot((coverError) => coverError && notice(coverError.message));
  const note = reactiveSlot((sentences) => sentences.map((text) => h("p", {}, text)), { class: "hint" });
  const facts = h("span");
  const use = spotifyUse({ onError, messages, onChange: showHistoryLink });
  const likeButton = h("button", { type: "button", onclick: requestLike }, "More like this");
  const retryButton = h("button", { type: "button", class: "first", onclick: retry }, TRY_AGAIN);
  const editLink = h("a", { class: "button", href: `#/covers/${id}/edit` }, "Edit");
  const menu = reactiveSlot((cover) => cover && downloadMenu(cover));
  const actions = h("div", { class: "buttons actions" }, use.buttons, menu.element, likeButton, editLink, retryButton);

  const how = reactiveSlot((cover) => [summary(cover), artworkList(cover)]);
  const words = reactiveSlot(({ prompt }) => prompt && promptSection(prompt));
  const painted = reactiveSlot((data) => data.painting && paintedSection(data));
  const versions = candidateGrid({ legend: "Which version?", onChoose: choose, onRetry: requestOne });
  const share = reactiveSlot((cover) => cover && sharePanel(cover, { onError }));
  const historyLink = h("p", { hidden: true });
  const elsewhereButton = h(
    "button",
    { type: "button", hidden: true, onclick: useElsewhere },
    "Use it on another playlist",
  );
  const deleteButton = h("button", { type: "button", class: "danger", onclick: deleteCover }, "Delete");
  const parts = tabs("About this cover", [
    { title: "How it came about", element: [how.element, painted.element] },
    { title: "Words", element: words.element },
    { title: "Versions", element: versions.element },
    {
      title: "Where it is used",
      element: h("div", { class: "stack" }, historyLink, elsewhereButton, share.element, deleteButton),
    },
  ]);
  let current;

  async function choose(index) {
    try {
      render(await api.choose(id, index));
    } catch (apiError) {
      onError(apiError, messages);
    }
  }
  function requestOne(button) {
    requestMore(current, { candidates: 1 }, { button, onError, messages });
  }
  function requestLike() {
    const changes = {
      look: null,
      like: { cover_id: id, candidate: findChosen(current) },
      candidates: me.candidates_default,
    };
    requestMore(current, changes, { button: likeButton, onError, messages });
  }
  async function retry() {
    try {
      if (!(await confirmSending(current.options))) return;
      const { cover_id: coverId } = await api.requestCover(current.source, current.options, newKey());
      location.hash = `#/covers/${coverId}`;
    } catch (apiError) {
      onError(apiError, messages);
    }
  }
  async function useElsewhere(event) {
    try {
      await use.useElsewhere(event.currentTarget);
    } catch (apiError) {
      onError(apiError, messages);
    }
  }
  async function deleteCover() {
    const sentences = current?.images
      ? ["This permanently deletes the cover, its painting and its prompt.", SET_STAYS]
      : ["This stops the work on the cover and permanently deletes it."];
    if (!(await confirmAction("Delete this cover?", sentences, "Delete cover"))) return;
    try {
      await api.deleteCover(id);
      location.hash = "#/covers";
      announce("Cover deleted.");
    } catch (apiError) {
      onError(apiError, messages);
    }
  }
  function showHistoryLink(playlist) {
    historyLink.hidden = !playlist;
    if (!playlist) return;
    const link = h("a", { href: `#/playlists/${playlist.id}` }, PLAYLIST_HISTORY);
    historyLink.replaceChildren(link, playlist.name ? ` of ${playlist.name}` : "");
  }
  function render(cover) {
    if (!hasEnded(cover) && cover.candidates.length > 1) {
      location.replace(`#/covers/${id}/choose`);
      return;
    }
    current = cover;
    element.classList.remove("pending");
    const { prompt, painting, images, status, songs } = cover;
    const isDone = status === "done";
    heading.textContent = coverTitle(cover);
    facts.textContent = [mediumName(prompt), formatTime(cover.created_at)].filter(Boolean).join(" · ");
    picture.show({ images, url: cover.cover_url, alt: cover.alt, status });
    error.show(cover.error);
    note.show([painting?.note, cover.detect_note, cover.style_note, cover.lettering_note].filter(Boolean));
    share.show(isDone && !me.is_demo && { cover_id: id, share_url: cover.share_url });
    menu.show(isDone && { cover_id: id, title: coverTitle(cover) });
    use.show(cover);
    use.buttons.hidden = status === "failed" || me.is_demo;
    for (const element of [likeButton, editLink]) element.hidden = !isDone;
    for (const element of [use.text, elsewhereButton]) element.hidden = !isDone || me.is_demo;
    retryButton.hidden = status !== "failed" || !cover.source;
    const styleSongs = prompt && isDone ? songs.filter((song) => prompt.style_albums.includes(song.album_id)) : null;
    how.show({
      songs,
      options: cover.options,
      prompt,
      painting,
      images,
      excludedAlbums: cover.left_out,
      isDetectDone: "detect" in cover.timings,
    });
    painted.show({ painting, styleSongs, stylePictures: cover.options.style_pictures ?? [] });
    words.show({ prompt });
    versions.show(cover, findChosen(cover));
    parts.buttons[2].hidden = cover.candidates.length === 1;
    if (prompt) element.style.setProperty("--tint", tintColor(prompt.palette) ?? "");
  }
  const element = h(
    "div",
    { class: "pending" },
    h(
      "section",
      { class: "cover" },
      picture.element,
      heading,
      h("p", { class: "hint facts" }, facts, use.text),
      actions,
      messages,
      error.element,
      note.element,
      use.notice,
    ),
    parts.elements,
  );
  const stop = followCover(id, { render, onError, messages });
  return {
    element,
    title: "Cover",
    stop() {
      stop();
      use.stop();
    },
  };
}
