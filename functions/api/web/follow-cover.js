// Read a cover, and poll it until it has ended.

import { api, hasEnded } from "./api-client.js";
import { countCandidates } from "./candidates.js";
import { announce } from "./dom.js";
import { formatCount } from "./format.js";
import { STEP_LABELS } from "./strings.js";

const POLL_MS = 600;
const POLL_AFTER_ERROR_MS = 5000;

function describeProgress(cover) {
  const [doneCount, failedCount] = [countCandidates(cover, "done"), countCandidates(cover, "failed")];
  const failed = failedCount ? `, ${failedCount} failed` : "";
  if (cover.status === "done") return `${formatCount(doneCount, "cover")} finished${failed}.`;
  if (cover.status === "failed") return "The cover failed.";
  if (doneCount || failedCount) return `${doneCount} of ${cover.candidates.length} ready${failed}.`;
  return cover.step && `${STEP_LABELS[cover.step]}.`;
}

/** Follow a cover: `render(cover)` is called after each read. Returns `stop()`. */
export function followCover(id, { render, onError, messages }) {
  let timer;
  let isLeft = false;
  let announced;

  function announceProgress(cover) {
    const text = describeProgress(cover);
    const isFirst = announced === undefined;
    if (text && text !== announced && !(isFirst && hasEnded(cover))) announce(text);
    announced = text ?? null;
  }
  async function poll() {
    let pause = POLL_MS;
    try {
      const cover = await api.getCover(id);
      if (isLeft) return;
      messages.replaceChildren();
      render(cover);
      announceProgress(cover);
      if (hasEnded(cover)) return;
    } catch (error) {
      if (isLeft) return;
      onError(error, messages);
      if (error.status === 401 || error.status === 404) return;
      pause = POLL_AFTER_ERROR_MS;
    }
    timer = setTimeout(poll, pause);
  }
  poll();
  return () => {
    isLeft = true;
    clearTimeout(timer);
  };
}
