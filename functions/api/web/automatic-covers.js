// Automatic covers for new playlists: the switch and its rule.

import { api } from "./api-client.js";
import { checkbox, disableDuring, loginLink, uniqueId } from "./controls.js";
import { announce, h, notice } from "./dom.js";
import { formatTime } from "./format.js";

/** When the playlists were last checked, or why that failed. */
function lastCheck({ settings, watched: check }) {
  if (!settings.auto_cover) return null;
  if (!check) return h("p", { class: "hint" }, "Not checked yet. The app checks every 15 minutes.");
  const time = formatTime(check.at);
  if (!check.code) return h("p", { class: "hint" }, `Last check ${time}. The next follows within 15 minutes.`);
  return notice(`Your playlists could not be checked (${time}). ${check.message ?? ""}`, "bad", loginLink(check.code));
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

/** A form with `element` and `update(me)`; `onSave()` is called once new settings are saved. */
export function automaticCoversForm({ me, onError }, onSave) {
  const [messages, status] = [h("div"), h("div")];
  const saveButton = h("button", { class: "small" }, "Save");
  const update = (newMe) => status.replaceChildren(...[lastCheck(newMe)].filter(Boolean));

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
      onSave();
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
    h("div", { class: "buttons" }, saveButton),
    status,
    messages,
  );
  return { element, update };
}
