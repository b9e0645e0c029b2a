// The candidates of a cover while they are made, and the choice among them.

import { api, hasEnded } from "./api-client.js";
import { candidateGrid, countCandidates, findChosen, mediumName } from "./candidates.js";
import { disableDuring, newKey } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { h, imageWithRetry, notice, reactiveSlot } from "./dom.js";
import { followCover } from "./follow-cover.js";
import { capitalize, formatCost, spellCount } from "./format.js";
import { listPreview } from "./list-preview.js";
import { paintingCost } from "./picture-field.js";
import { TRY_AGAIN } from "./strings.js";
import { spotifyUse } from "./use-on-spotify.js";

const MAX_CHIPS = 6;
const MUSIC = { top_artists: "your top artists", sample: "the sample music" };

/** Whether `options` may be used again: a listener's picture is sent only if they say so each time. */
export const confirmSending = async ({ send_picture: isSent }) =>
  !isSent ||
  confirmAction(
    "Send your picture to OpenAI again?",
    ["OpenAI receives the whole picture again and paints from it. “Edit” has the built-in painter print it instead."],
    "Send it",
  );

/** Request more covers from the same music, and open them. `changes`: options that differ. */
export async function requestMore(cover, changes, { button, onError, messages }) {
  messages.replaceChildren();
  const options = {
    ...cover.options,
    variation: null,
    like: null,
    retitle: null,
    position: null,
    publish: false,
    ...changes,
  };
  try {
    if (!(await confirmSending(options))) return;
    const { cover_id: coverId } = await disableDuring(button, () => api.requestCover(cover.source, options, newKey()));
    location.hash = `#/covers/${coverId}/choose`;
  } catch (error) {
    onError(error, messages);
  }
}

function progressText(cover) {
  const { status, candidates, error } = cover;
  const [doneCount, failedCount] = [countCandidates(cover, "done"), countCandidates(cover, "failed")];
  if (status === "failed") return error ? "" : "Failed";
  const failed = failedCount ? `, ${failedCount} failed` : "";
  if (status !== "done")
    return candidates.length > 1 ? `${doneCount} of ${candidates.length} ready${failed}` : "In progress";
  return failedCount ? `${doneCount} ready${failed}` : `${capitalize(spellCount(doneCount))} ready`;
}

/** What the music gave: objects on the artwork, genres, decade. */
function seenChips({ songs, prompt }) {
  const labels = songs.flatMap(({ objects }) => objects.map(({ label }) => label));
  const decades = prompt?.phrases.filter(({ source }) => source === "era").map(({ text }) => text.match(/\d{4}s/)?.[0]);
  const genres = songs.flatMap(({ genres: words }) => words.slice(0, 1));
  return [...new Set([...labels.slice(0, 4), ...genres.slice(0, 3), ...(decades ?? [])])]
    .filter(Boolean)
    .slice(0, MAX_CHIPS);
}

/** The view in which the listener chooses one of the candidates. */
export function chooseView(id, { me, onError }) {
  const messages = h("div");
  const heading = h("h1", { tabindex: "-1" }, "Your covers");
  const progress = h("p", { class: "hint" });
  const failure = reactiveSlot((error) => error && notice(error.message));
  const grid = candidateGrid({ legend: "Which one?", onChoose: choose, onRetry: requestOne });
  const preview = listPreview(onError, (name) => {
    playlistName = name;
    showHeading();
  });
  const chips = reactiveSlot(
    (words) =>
      words.length > 0 && [
        h("h2", {}, "Seen in the music"),
        h(
          "ul",
          { class: "chips" },
          words.map((word) => h("li", {}, word)),
        ),
      ],
    { class: "stack" },
  );
  const use = spotifyUse({ onError, messages });
  const openLink = h("a", { href: `#/covers/${id}`, hidden: true }, "Open, edit or download your pick");
  const picked = reactiveSlot(
    (shown) =>
      shown && [
        imageWithRetry({ class: "picture", src: shown.picture, alt: "", width: 52, height: 52 }),
        h("div", { class: "what" }, h("b", {}, shown.medium ?? "Ready"), h("span", { class: "hint" }, "your pick")),
      ],
    { class: "picked" },
  );
  const [moreButton, likeButton] = [
    h("button", { type: "button" }),
    h("button", { type: "button", hidden: true }, "More like this"),
  ];
  let current;
  let playlistName = "your playlist";

  const requestContext = (button) => ({ button, onError, messages });
  moreButton.addEventListener("click", () => {
    if (!hasEnded(current)) discard();
    else requestMore(current, { candidates: moreCount(current) }, requestContext(moreButton));
  });
  likeButton.addEventListener("click", () => {
    requestMore(
      current,
      { look: null, like: { cover_id: id, candidate: findChosen(current) }, candidates: moreCount(current) },
      requestContext(likeButton),
    );
  });

  function requestOne(button) {
    requestMore(current, { candidates: 1 }, requestContext(button));
  }
  const moreCount = ({ candidates, options, status }) =>
    status === "failed" ? candidates.length : paintingCost(me, options) && candidates.length === 1 ? 3 : 4;

  async function discard() {
    try {
      await disableDuring(moreButton, () => api.deleteCover(id));
      location.hash = "#/";
    } catch (error) {
      onError(error, messages);
    }
  }
  async function choose(index) {
    try {
      render(await api.choose(id, index));
    } catch (error) {
      onError(error, messages);
    }
  }
  function showHeading() {
    const { candidates, source, title } = current;
    const count = candidates.length === 1 ? "A cover" : capitalize(spellCount(candidates.length));
    heading.textContent = `${count} for ${MUSIC[source?.kind] ?? (title || playlistName)}`;
  }
  function render(cover) {
    current = cover;
    const chosenIndex = findChosen(cover);
    const pick = cover.candidates[chosenIndex];
    const isFailed = cover.status === "failed";
    showHeading();
    progress.textContent = progressText(cover);
    failure.show(cover.error);
    grid.show(cover, chosenIndex);
    grid.element.hidden = isFailed;
    preview.show(cover);
    chips.show(seenChips(cover));
    use.show(cover);
    openLink.hidden = !cover.images;
    use.buttons.hidden = me.is_demo;
    const medium = pick && mediumName(pick.prompt);
    picked.show(pick?.images && { medium, picture: pick.images.thumbnail });
    const more = moreCount(cover);
    const cost = paintingCost(me, cover.options);
    const price = cost ? ` for ${formatCost(more * cost)}` : "";
    const moreLabel = isFailed ? TRY_AGAIN : `${capitalize(spellCount(more))} more${price}`;
    moreButton.textContent = hasEnded(cover) ? moreLabel : "Stop";
    likeButton.hidden = !cover.images;
    if (cover.prompt) element.style.setProperty("--tint", cover.prompt.palette[0]);
  }
  const element = h(
    "div",
    {},
    h("div", { class: "head" }, heading, progress),
    messages,
    failure.element,
    h(
      "div",
      { class: "choose" },
      h("div", { class: "stack" }, grid.element, openLink),
      h(
        "div",
        { class: "side" },
        preview.element,
        chips.element,
        h(
          "p",
          { class: "hint" },
          "None of these? Ask for more, or ",
          h("a", { href: `#/covers/${id}/edit` }, "change the words"),
          ".",
        ),
      ),
    ),
    use.notice,
    h("div", { class: "bar three" }, picked.element, moreButton, likeButton, use.buttons),
  );
  const stop = followCover(id, { render, onError, messages });
  return {
    element,
    title: "Choose a cover",
    stop() {
      stop();
      use.stop();
    },
  };
}
