// Covers for all playlists: first what it would be, then doing it, which can be stopped and gone on with.

import { api } from "./api-client.js";
import { checkbox, disableDuring } from "./controls.js";
import { announce, h, notice } from "./dom.js";
import { formatCount, formatTime, formatUsd } from "./format.js";
import { stylePicker } from "./style-picker.js";

const MOST_ROUNDS = 200;
const GOES_ON = "out_of_time"; // one answer takes half a minute at most
const POLLED_EVERY = 4000; // milliseconds
const PAGE = 50;
const MOST_PAGES = 40;

/** The answer to "what would it be?", in sentences. */
function preview({ playlists, skipped, left_today, cost_usd_at_most }) {
  const facts = [
    [formatCount(playlists, "playlist"), "of yours, with songs, and without a cover"],
    skipped > 0 && [formatCount(skipped, "playlist"), "left out, with a cover from here already"],
    playlists > 0 && [
      cost_usd_at_most === 0 ? "Nothing" : `At most ${formatUsd(cost_usd_at_most)}`,
      "is what it costs",
    ],
    [formatCount(left_today, "cover"), "can still be made today"],
  ];
  return [
    h(
      "dl",
      { class: "facts" },
      facts.filter(Boolean).map(([name, about]) => h("div", {}, h("dt", {}, name), h("dd", {}, about))),
    ),
    playlists > left_today &&
      notice(
        `Today’s limit leaves ${left_today}. You can go on tomorrow: what has its cover is left out then.`,
        "hint",
      ),
  ];
}

/** Why it stopped, and when to go on. */
function stopped({ message, retry_after }, now = Date.now()) {
  const until = retry_after
    ? ` You can go on from ${formatTime(now + retry_after * 1000)}.`
    : " You can go on at any time.";
  return notice(`${message}${until}`, "bad");
}

export function bulkView({ onError }) {
  const [plan, messages, course] = [h("div", { class: "stack" }), h("div"), h("div", { class: "stack" })];
  const start = h("button", { class: "large", disabled: true }, "Make covers");
  const halt = h("button", { type: "button", class: "quiet", hidden: true }, "Stop");
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Covers asked for" });
  const told = h("p");
  const made = h("p", { class: "hint" });
  let halted = false;
  let left = false; // the view
  let timer;

  const publish = checkbox(
    "publish",
    "Set them on Spotify",
    "Each cover becomes the image of its playlist as soon as it is done.",
    true,
  );
  const own = checkbox(
    "replace_own",
    "Also where there is an image of my own",
    "Without this, such a playlist keeps its image, and its cover waits in the gallery. With it, your image is kept " +
      "first, and undo puts it back.",
  );
  publish.addEventListener("change", (event) => {
    own.querySelector("input").disabled = !event.target.checked;
  });

  /** Asks what it would be. */
  async function look() {
    try {
      const answer = await api.requestBulkCovers({ dry_run: true });
      if (left) return;
      plan.replaceChildren(...preview(answer).filter(Boolean));
      start.disabled = answer.playlists === 0;
      start.textContent = answer.playlists === 0 ? "Nothing to do" : `Make ${formatCount(answer.playlists, "cover")}`;
    } catch (error) {
      if (left) return;
      plan.replaceChildren();
      onError(error, plan);
      plan.append(h("p", {}, h("button", { type: "button", class: "quiet", onclick: look }, "Try again")));
    }
  }

  async function run(wanted) {
    const covers = [];
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const answer = await api.requestBulkCovers({ ...wanted, dry_run: false });
      if (left) return;
      covers.push(...answer.accepted.map(({ cover_id }) => cover_id));
      bar.max = Math.max(covers.length + answer.left, 1);
      bar.value = covers.length;
      told.textContent = `${covers.length} of ${formatCount(covers.length + answer.left, "cover")} asked for.`;
      watch(covers);
      const ends = answer.stopped_by && answer.stopped_by.code !== GOES_ON;
      if (ends) messages.replaceChildren(stopped(answer.stopped_by));
      else if (halted && answer.left)
        messages.replaceChildren(notice("Stopped. What was asked for is still made; go on when you like.", "hint"));
      // Where a round brings nothing, another would not either.
      if (ends || halted || answer.left === 0 || answer.accepted.length === 0) return announce(told.textContent);
    }
  }

  /** How many of them are made by now, told until all are. */
  async function watch(covers) {
    clearTimeout(timer);
    if (!covers.length || left) return;
    try {
      const wanted = new Set(covers);
      const ended = { done: 0, failed: 0 };
      for (let page = 0, cursor; page < MOST_PAGES && wanted.size; page += 1) {
        const answer = await api.getCovers(cursor, PAGE);
        for (const cover of answer.items)
          if (wanted.delete(cover.cover_id) && cover.status in ended) ended[cover.status] += 1;
        cursor = answer.next;
        if (!cursor) break;
      }
      if (left) return;
      const failures = ended.failed ? `, ${ended.failed} did not work out` : "";
      made.textContent = `${ended.done} of them made${failures}.`;
      if (ended.done + ended.onError + wanted.size >= covers.length) {
        announce(`All ended. ${made.textContent}`);
        return;
      }
    } catch (error) {
      if (left) return;
      onError(error, messages);
      if (error.status === 401) return;
    }
    timer = setTimeout(() => watch(covers), POLLED_EVERY);
  }

  async function submit(event) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const wanted = {
      replace_own: data.has("publish") && data.has("replace_own"),
      options: { publish: data.has("publish"), ...(data.get("look") && { look: data.get("look") }) },
    };
    halted = false;
    messages.replaceChildren();
    told.textContent = "Asking for the covers … Keep this page open until all are asked for.";
    made.textContent = "";
    course.replaceChildren(bar, told, made, h("p", {}, h("a", { href: "#/" }, "See them in the gallery")));
    halt.hidden = false;
    halt.disabled = false;
    try {
      await disableDuring(start, () => run(wanted));
    } catch (error) {
      if (!left) onError(error, messages);
    }
    halt.hidden = true;
    if (!left) await look();
  }
  halt.addEventListener("click", () => {
    halted = true;
    halt.disabled = true;
    told.textContent += " Stopping …";
  });
  plan.append(h("p", { class: "hint" }, "Counting your playlists …"));
  look();
  const element = h(
    "div",
    { class: "bulk" },
    h("p", {}, h("a", { href: "#/playlists" }, "All playlists")),
    h("h1", { tabindex: "-1" }, "Cover all my playlists"),
    plan,
    h(
      "form",
      { onsubmit: submit },
      h("fieldset", {}, h("legend", {}, "How?"), publish, own, stylePicker(onError)),
      h("p", { class: "hint" }, "Style strength and colours are those of your settings."),
      h("div", { class: "buttons" }, start, halt),
    ),
    course,
    messages,
  );
  return {
    element,
    title: "Cover all my playlists",
    stop() {
      left = true;
      clearTimeout(timer);
    },
  };
}
