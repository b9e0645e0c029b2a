// Covers for all playlists: first a dry run, then requests in rounds, which can be stopped and resumed.

import { api } from "./api-client.js";
import { checkbox, disableDuring } from "./controls.js";
import { announce, h, notice } from "./dom.js";
import { formatCount, formatTime, formatUsd } from "./format.js";
import { stylePicker } from "./style-picker.js";

const MAX_ROUNDS = 200;
const NEXT_ROUND = "out_of_time"; // one round takes half a minute at most
const POLL_MS = 4000;
const PAGE_SIZE = 50;
const MAX_PAGES = 40;

/** What the dry run returned: counts, cost, the day's limit. */
function planElements({ playlists, skipped, left_today: coversLeft, cost_usd_at_most: maxCost }) {
  const facts = [
    [formatCount(playlists, "playlist"), "of yours, with songs, and without a cover"],
    skipped > 0 && [formatCount(skipped, "playlist"), "left out, with a cover from here already"],
    playlists > 0 && [maxCost === 0 ? "Nothing" : `At most ${formatUsd(maxCost)}`, "is what it costs"],
    [formatCount(coversLeft, "cover"), "can still be made today"],
  ].filter(Boolean);
  const limitSentence = `Today’s limit leaves ${coversLeft}. You can go on tomorrow: what has its cover is left out then.`;
  return [
    h(
      "dl",
      { class: "facts" },
      facts.map(([amount, description]) => h("div", {}, h("dt", {}, amount), h("dd", {}, description))),
    ),
    ...(playlists > coversLeft ? [notice(limitSentence, "hint")] : []),
  ];
}

/** Why the requests stopped, and when to resume. `retryAfter` is in seconds. */
function stopNotice({ message, retry_after: retryAfter }, now = Date.now()) {
  const resume = retryAfter
    ? `You can go on from ${formatTime(now + retryAfter * 1000)}.`
    : "You can go on at any time.";
  return notice(`${message} ${resume}`, "bad");
}

/** The view that makes covers for all playlists. */
export function bulkCoversView({ onError }) {
  const [plan, messages, progress] = [h("div", { class: "stack" }), h("div"), h("div", { class: "stack" })];
  const startButton = h("button", { class: "large", disabled: true }, "Make covers");
  const stopButton = h("button", { type: "button", class: "secondary", hidden: true }, "Stop");
  const progressBar = h("progress", { max: 1, value: 0, "aria-label": "Covers asked for" });
  const requestText = h("p");
  const resultText = h("p", { class: "hint" });
  let isStopped = false;
  let isLeft = false;
  let timer;

  const publishCheckbox = checkbox(
    "publish",
    "Set them on Spotify",
    "Each cover becomes the image of its playlist as soon as it is done.",
    true,
  );
  const replaceOwnCheckbox = checkbox(
    "replace_own",
    "Also where there is an image of my own",
    "Without this, such a playlist keeps its image, and its cover waits in the gallery. With it, your image is kept " +
      "first, and undo puts it back.",
  );
  publishCheckbox.addEventListener("change", (event) => {
    replaceOwnCheckbox.querySelector("input").disabled = !event.target.checked;
  });

  async function showPlan() {
    try {
      const result = await api.requestBulkCovers({ dry_run: true });
      if (isLeft) return;
      plan.replaceChildren(...planElements(result));
      startButton.disabled = result.playlists === 0;
      startButton.textContent =
        result.playlists === 0 ? "Nothing to do" : `Make ${formatCount(result.playlists, "cover")}`;
    } catch (error) {
      if (isLeft) return;
      plan.replaceChildren();
      onError(error, plan);
      plan.append(h("p", {}, h("button", { type: "button", class: "secondary", onclick: showPlan }, "Try again")));
    }
  }

  async function requestCovers(content) {
    const coverIds = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const result = await api.requestBulkCovers({ ...content, dry_run: false });
      if (isLeft) return;
      coverIds.push(...result.accepted.map(({ cover_id: coverId }) => coverId));
      const total = coverIds.length + result.left;
      progressBar.max = Math.max(total, 1);
      progressBar.value = coverIds.length;
      requestText.textContent = `${coverIds.length} of ${formatCount(total, "cover")} asked for.`;
      pollCovers(coverIds);
      const hasFailed = result.stopped_by && result.stopped_by.code !== NEXT_ROUND;
      if (hasFailed) messages.replaceChildren(stopNotice(result.stopped_by));
      else if (isStopped && result.left)
        messages.replaceChildren(notice("Stopped. What was asked for is still made; go on when you like.", "hint"));
      // A round that started nothing would start nothing again.
      if (hasFailed || isStopped || result.left === 0 || result.accepted.length === 0) {
        announce(requestText.textContent);
        return;
      }
    }
  }

  /** Count the covers that have ended, and poll until all have. */
  async function pollCovers(coverIds) {
    clearTimeout(timer);
    if (!coverIds.length || isLeft) return;
    try {
      const remainingIds = new Set(coverIds);
      const counts = { done: 0, failed: 0 };
      let cursor;
      for (let pages = 0; pages < MAX_PAGES && remainingIds.size; pages += 1) {
        const page = await api.getCovers(cursor, PAGE_SIZE);
        for (const { cover_id: coverId, status } of page.items)
          if (remainingIds.delete(coverId) && status in counts) counts[status] += 1;
        cursor = page.next;
        if (!cursor) break;
      }
      if (isLeft) return;
      const failures = counts.failed ? `, ${counts.failed} did not work out` : "";
      resultText.textContent = `${counts.done} of them made${failures}.`;
      if (counts.done + counts.failed + remainingIds.size >= coverIds.length) {
        announce(`All ended. ${resultText.textContent}`);
        return;
      }
    } catch (error) {
      if (isLeft) return;
      onError(error, messages);
      if (error.status === 401) return;
    }
    timer = setTimeout(() => pollCovers(coverIds), POLL_MS);
  }

  async function submit(event) {
    event.preventDefault();
    const formData = new FormData(event.currentTarget);
    const content = {
      replace_own: formData.has("publish") && formData.has("replace_own"),
      options: { publish: formData.has("publish"), ...(formData.get("look") && { look: formData.get("look") }) },
    };
    isStopped = false;
    messages.replaceChildren();
    requestText.textContent = "Asking for the covers … Keep this page open until all are asked for.";
    resultText.textContent = "";
    progress.replaceChildren(
      progressBar,
      requestText,
      resultText,
      h("p", {}, h("a", { href: "#/" }, "See them in the gallery")),
    );
    stopButton.hidden = false;
    stopButton.disabled = false;
    try {
      await disableDuring(startButton, () => requestCovers(content));
    } catch (error) {
      if (!isLeft) onError(error, messages);
    }
    stopButton.hidden = true;
    if (!isLeft) await showPlan();
  }
  stopButton.addEventListener("click", () => {
    isStopped = true;
    stopButton.disabled = true;
    requestText.textContent += " Stopping …";
  });
  plan.append(h("p", { class: "hint" }, "Counting your playlists …"));
  showPlan();
  const element = h(
    "div",
    { class: "bulk" },
    h("p", {}, h("a", { href: "#/playlists" }, "All playlists")),
    h("h1", { tabindex: "-1" }, "Cover all my playlists"),
    plan,
    h(
      "form",
      { onsubmit: submit },
      h("fieldset", {}, h("legend", {}, "How?"), publishCheckbox, replaceOwnCheckbox, stylePicker(onError)),
      h("p", { class: "hint" }, "Style strength and colours are those of your settings."),
      h("div", { class: "buttons" }, startButton, stopButton),
    ),
    progress,
    messages,
  );
  return {
    element,
    title: "Cover all my playlists",
    stop() {
      isLeft = true;
      clearTimeout(timer);
    },
  };
}
