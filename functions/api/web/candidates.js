// The candidates of a cover as a grid of radio buttons, filled as they come.

import { uniqueId } from "./controls.js";
import { h, imageWithRetry, reactiveSlot } from "./dom.js";
import { icon } from "./icons.js";
import { STEP_LABELS, TRY_AGAIN } from "./strings.js";

/** The index of the candidate that is the cover; -1 if none is finished. */
export const findChosen = ({ candidates }) => candidates.findIndex(({ chosen }) => chosen);

/** How many candidates are in a status. */
export const countCandidates = ({ candidates }, status) =>
  candidates.filter((candidate) => candidate.status === status).length;

/** The medium of a prompt in a word or two: "Linocut". */
export function mediumName(prompt) {
  const phrase = prompt?.phrases.find(({ part }) => part === "medium");
  return phrase ? phrase.text.split(/ (?:with|in|on|of|from) |[,;:(]/)[0] : null;
}

function tileText({ status, step, prompt }) {
  if (status === "done") return mediumName(prompt) ?? "Ready";
  if (status === "failed") return "Failed";
  if (status === "waiting") return "Next";
  return STEP_LABELS[step] ?? "Waiting";
}

/** A candidate's picture: the cover, the painting before its texture, or a record. */
function tilePicture({ status, images, painting, alt }) {
  const source = images?.cover ?? painting?.image;
  return source
    ? // Those of a cover's page are in a tab, which may never be opened.
      imageWithRetry({ class: `picture ${status}`, src: source, alt, width: 640, height: 640, loading: "lazy" })
    : h("span", { class: `picture canvas ${status}` }, h("span", { class: "disc" }));
}

function tileContent({ candidate, number, count }) {
  const text = tileText(candidate);
  const label = candidate.status === "running" ? [h("span", { class: "spinner" }), text] : text;
  return [
    tilePicture({ ...candidate, alt: candidate.alt || `${number} of ${count}` }),
    h("span", { class: candidate.status === "failed" ? "visually-hidden" : "tag" }, label),
  ];
}

/** Why a candidate failed, and another attempt. */
const failureContent = (onRetry) => (candidate) =>
  candidate.status === "failed" && [
    h("p", {}, candidate.error?.message ?? "This one failed."),
    h("button", { type: "button", class: "small", onclick: (event) => onRetry(event.currentTarget) }, TRY_AGAIN),
  ];

/** The grid: `show(cover)`, `onChoose(index)` for each choice of the listener, and `onRetry(button)`. */
export function candidateGrid({ legend, onChoose, onRetry }) {
  const name = uniqueId("candidate");
  const list = h("ul", { class: "candidates" });
  const element = h("fieldset", {}, h("legend", { class: "visually-hidden" }, legend), list);
  const tiles = [];
  list.addEventListener("change", (event) => onChoose(Number(event.target.value)));

  function addTile(index) {
    const id = uniqueId("tile");
    const input = h("input", { id, type: "radio", name, value: index });
    const slot = reactiveSlot(tileContent, { for: id }, "label");
    const failure = reactiveSlot(failureContent(onRetry), { class: "failure" });
    const tick = h("span", { class: "tick" }, icon("check"));
    tiles.push({ input, slot, failure });
    list.append(h("li", { class: "card" }, input, slot.element, tick, failure.element));
  }
  return {
    element,
    show({ candidates, status, step }, chosenIndex) {
      // Until the candidates begin, the first shows what happens to all of them.
      const isCommon = candidates.every((candidate) => candidate.status === "waiting");
      while (tiles.length < candidates.length) addTile(tiles.length);
      element.setAttribute("aria-busy", String(status !== "done" && status !== "failed"));
      list.classList.toggle("single", candidates.length === 1);
      for (const [index, candidate] of candidates.entries()) {
        const { input, slot, failure } = tiles[index];
        input.disabled = candidate.status !== "done";
        input.checked = index === chosenIndex && candidate.status === "done";
        const shown = isCommon && index === 0 ? { ...candidate, status: "running", step } : candidate;
        slot.show({ candidate: shown, number: index + 1, count: candidates.length });
        failure.show({ status: candidate.status, error: candidate.error });
      }
    },
  };
}
