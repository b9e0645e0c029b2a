// Automatic covers for new playlists: the switch and its rule.

import { ApiError, api } from "./api-client.js";
import { checkbox, disableDuring, loginLink, uniqueId } from "./controls.js";
import { announce, h, notice } from "./dom.js";
import { formatCount, formatTime } from "./format.js";

/** When the playlists were last checked, or why that failed. */
function lastCheck({ settings, watched: check }) {
  if (!settings.auto_cover) return null;
  if (!check) return h("p", { class: "hint" }, "Not checked yet. The app checks every 15 minutes.");
  const time = formatTime(check.at);
  if (!check.code) return h("p", { class: "hint" }, `Last check ${time}. The next follows within 15 minutes.`);
  return notice(`Your playlists could not be checked (${time}). ${check.message ?? ""}`, "bad", loginLink(check.code));
}

const POLL_MS = 1000;
const POLL_FOR_MS = 2 * 60_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** Look for new playlists now. Returns the account once the check has ended. */
async function checkNow() {
  const { started_at: start } = await api.checkPlaylists();
  for (const end = Date.now() + POLL_FOR_MS; Date.now() < end; await pause()) {
    const me = await api.getMe();
    if (me.watched && new Date(me.watched.at) >= new Date(start)) return me;
  }
  throw new ApiError(0, "check_lost", "The check did not finish. The next one follows within 15 minutes.");
}

function describeCheck({ code, covers_requested: count }) {
  if (count) return `${formatCount(count, "new playlist")} found. Covers are on their way.`;
  return code ? "" : "No new playlist found.";
}

function ruleField(settings) {
  const [id, hintId] = ["pattern", "hint"].map(uniqueId);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, "Only playlists whose name matches ", h("span", { class: "optional" }, "Optional")),
    h("input", {
      id,
      name: "auto_cover_pattern",
      maxlength: 100,
      value: settings.auto_cover_pattern,
      placeholder: "Mix *",
      autocomplete: "off",
      "aria-describedby": hintId,
    }),
    h(
      "p",
      { class: "hint", id: hintId },
      "An asterisk stands for any text: “Mix *” is every name that begins with “Mix”.",
    ),
  );
}

/** A form with `element` and `update(me)`; `onChange()` is called once settings are saved or playlists checked. */
export function automaticCoversForm({ me, onError }, onChange) {
  const [messages, status] = [h("div"), h("div")];
  const saveButton = h("button", { class: "small" }, "Save");
  const checkButton = h("button", { type: "button", class: "small", onclick: check }, "Look now");
  function update(newMe) {
    checkButton.hidden = !newMe.settings.auto_cover;
    status.replaceChildren(...[lastCheck(newMe)].filter(Boolean));
  }

  async function check() {
    messages.replaceChildren(h("p", { class: "hint" }, "Looking at your playlists …"));
    try {
      const newMe = await disableDuring(checkButton, checkNow);
      update(newMe);
      const sentence = describeCheck(newMe.watched);
      messages.replaceChildren(...(sentence ? [notice(sentence, "good")] : []));
      announce(sentence);
      onChange();
    } catch (error) {
      onError(error, messages);
    }
  }

  async function submit(event) {
    event.preventDefault();
    const formData = new FormData(event.currentTarget);
    const changes = {
      auto_cover: formData.has("auto_cover"),
      auto_cover_pattern: formData.get("auto_cover_pattern").trim(),
    };
    messages.replaceChildren();
    try {
      Object.assign(me.settings, await disableDuring(saveButton, () => api.saveSettings(changes)));
      const sentence = me.settings.auto_cover
        ? "Saved. New playlists get covers from now on."
        : "Saved. Automatic covers are off.";
      messages.replaceChildren(notice(sentence, "good"));
      announce(sentence);
      update(me);
      onChange();
    } catch (error) {
      onError(error, messages);
    }
  }
  update(me);
  const element = h(
    "form",
    { class: "automatic", onsubmit: submit },
    checkbox(
      "auto_cover",
      "Automatic covers",
      "A new playlist with at least four songs gets a cover on Spotify within 15 minutes. Your own images are never " +
        "replaced, and existing playlists are left alone.",
      me.settings.auto_cover,
    ),
    ruleField(me.settings),
    h("div", { class: "buttons" }, saveButton, checkButton),
    status,
    messages,
  );
  return { element, update };
}
