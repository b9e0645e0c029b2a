// Covers for all playlists: first a dry run, then requests in rounds, which can be stopped and resumed.

import { api } from "./api-client.js";
import { checkbox, disableDuring } from "./controls.js";
import { announce, h, notice } from "./dom.js";
import { formatCount, formatTime, formatUsd } from "./format.js";
import { ALL_PLAYLISTS, COVER_ALL_PLAYLISTS, TRY_AGAIN } from "./strings.js";
import { stylePicker } from "./style-picker.js";

const MAX_ROUNDS = 200;
const NEXT_ROUND = "out_of_time"; // one round takes half a minute at most
const POLL_MS = 4000;
const PAGE_SIZE = 50;
const MAX_PAGES = 40;

/** What the dry run returned: counts, cost, the day's limit. */
function planElements({ playlists, skipped, left_today: coversLeft, cost_usd_at_most: maxCost }) {
  const facts = [
    [formatCount(playlists, "playlist"), "without a cover (only your own, with songs)"],
    skipped > 0 && [formatCount(skipped, "playlist"), "skipped, with a cover from this app"],
    playlists > 0 && [maxCost === 0 ? "Free" : `At most ${formatUsd(maxCost)}`, "in total"],
    [formatCount(coversLeft, "cover"), "left in today’s limit"],
  ].filter(Boolean);
  const limitSentence = `Today’s limit allows ${coversLeft} more. You can continue tomorrow; playlists that have a cover by then are skipped.`;
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
    ? `You can continue from ${formatTime(now + retryAfter * 1000)}.`
    : "You can continue at any time.";
  return notice(`${message} ${resume}`, "bad");
}

/** The view that makes covers for all playlists. */
export function bulkCoversView({ onError }) {
  const [plan, messages, progress] = [h("div", { class: "stack" }), h("div"), h("div", { class: "stack" })];
  const startButton = h("button", { class: "large", disabled: true }, "Make covers");
  const stopButton = h("button", { type: "button", class: "secondary", hidden: true }, "Stop");
  const progressBar = h("progress", { max: 1, value: 0, "aria-label": "Requested covers" });
  const requestText = h("p");
  const resultText = h("p", { class: "hint" });
  let isStopped = false;
  let isLeft = false;
  let timer;

  const publishCheckbox = checkbox(
    "publish",
    "Set them on Spotify",
    "Each cover becomes its playlist’s image as soon as it is finished.",
    true,
  );
  const replaceOwnCheckbox = checkbox(
    "replace_own",
    "Also replace my own images",
    "Otherwise a playlist with your own image keeps it, and the cover stays in the gallery. If you select this, your " +
      "image is saved first, and undo restores it.",
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
      plan.append(h("p", {}, h("button", { type: "button", class: "secondary", onclick: showPlan }, TRY_AGAIN)));
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
      requestText.textContent = `${coverIds.length} of ${formatCount(total, "cover")} requested.`;
      pollCovers(coverIds);
      const hasFailed = result.stopped_by && result.stopped_by.code !== NEXT_ROUND;
      if (hasFailed) messages.replaceChildren(stopNotice(result.stopped_by));
      else if (isStopped && result.left)
        messages.replaceChildren(
          notice("Stopped. Requested covers will still be finished. You can continue at any time.", "hint"),
        );
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
      const failures = counts.failed ? `, ${counts.failed} failed` : "";
      resultText.textContent = `${counts.done} finished${failures}.`;
      if (counts.done + counts.failed + remainingIds.size >= coverIds.length) {
        announce(`Done: ${resultText.textContent}`);
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
    requestText.textContent = "Requesting covers … Keep this page open until all of them are requested.";
    resultText.textContent = "";
    progress.replaceChildren(
      progressBar,
      requestText,
      resultText,
      h("p", {}, h("a", { href: "#/" }, "See the covers in the gallery")),
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
    h("p", {}, h("a", { href: "#/playlists" }, ALL_PLAYLISTS)),
    h("h1", { tabindex: "-1" }, COVER_ALL_PLAYLISTS),
    plan,
    h(
      "form",
      { onsubmit: submit },
      h("fieldset", {}, h("legend", {}, "Options"), publishCheckbox, replaceOwnCheckbox, stylePicker(onError)),
      h("p", { class: "hint" }, "Style strength and colors come from your settings."),
      h("div", { class: "buttons" }, startButton, stopButton),
    ),
    progress,
    messages,
  );
  return {
    element,
    title: COVER_ALL_PLAYLISTS,
    stop() {
      isLeft = true;
      clearTimeout(timer);
    },
  };
}
