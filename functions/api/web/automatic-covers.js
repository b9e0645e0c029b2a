// Automatic covers for new playlists: the switch and its rule.

import { api } from "./api-client.js";
import { checkbox, disableDuring, loginLink, uniqueId } from "./controls.js";
import { announce, h, notice } from "./dom.js";
import { formatTime } from "./format.js";

/** When the playlists were last checked, or why that failed. */
function lastCheck({ settings, watched: check }) {
  if (!settings.auto_cover) return null;
  if (!check)
    return h(
      "p",
      { class: "hint" },
      "Your playlists have not been checked yet. The app checks them every few minutes.",
    );
  const time = formatTime(check.at);
  if (!check.code) return h("p", { class: "hint" }, `Your playlists were last checked on ${time}.`);
  return notice(`Your playlists could not be checked on ${time}. ${check.message ?? ""}`, "bad", loginLink(check.code));
}

function ruleField(settings) {
  const [allId, patternOnlyId, patternId, hintId] = ["all", "some", "pattern", "hint"].map(uniqueId);
  const hasPattern = settings.auto_cover_pattern !== "";
  const patternInput = h("input", {
    id: patternId,
    name: "auto_cover_pattern",
    maxlength: 100,
    value: settings.auto_cover_pattern,
    placeholder: "Mix *",
    autocomplete: "off",
    required: hasPattern,
    "aria-describedby": hintId,
  });
  const patternField = h(
    "div",
    { class: "field", hidden: !hasPattern },
    h("label", { for: patternId }, "Name pattern"),
    patternInput,
    h(
      "p",
      { class: "hint", id: hintId },
      "An asterisk matches any text: “Mix *” matches all names that start with “Mix”. Upper and lower case are the same.",
    ),
  );
  const radio = (id, value, label, checked) =>
    h(
      "div",
      { class: "check" },
      h("input", { id, type: "radio", name: "which", value, checked }),
      h("label", { for: id }, label),
    );
  const element = h(
    "fieldset",
    { class: "compact" },
    h("legend", {}, "Which new playlists?"),
    radio(allId, "all", "All", !hasPattern),
    radio(patternOnlyId, "some", "Only those with matching names", hasPattern),
    patternField,
  );
  element.addEventListener("change", (event) => {
    if (event.target.name !== "which") return;
    patternField.hidden = event.target.value === "all";
    patternInput.required = !patternField.hidden;
  });
  return element;
}

/** A form with `element` and `update(me)`; `onSave()` is called once new settings are saved. */
export function automaticCoversForm({ me, onError }, onSave) {
  const [messages, status] = [h("div"), h("div")];
  const saveButton = h("button", {}, "Save");
  const update = (newMe) => status.replaceChildren(...[lastCheck(newMe)].filter(Boolean));

  async function submit(event) {
    event.preventDefault();
    const formData = new FormData(event.currentTarget);
    const changes = {
      auto_cover: formData.has("auto_cover"),
      auto_cover_pattern: formData.get("which") === "all" ? "" : formData.get("auto_cover_pattern").trim(),
    };
    messages.replaceChildren();
    try {
      Object.assign(me.settings, await disableDuring(saveButton, () => api.saveSettings(changes)));
      const sentence = me.settings.auto_cover
        ? "Saved. New playlists get covers from now on."
        : "Saved. Automatic covers are off.";
      messages.replaceChildren(notice(sentence, "hint"));
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
    { onsubmit: submit },
    h(
      "p",
      {},
      "A new playlist with at least four songs gets a cover within minutes. The app sets it on Spotify for you.",
    ),
    checkbox(
      "auto_cover",
      "Make covers for new playlists",
      "Your own images are never replaced automatically.",
      me.settings.auto_cover,
    ),
    ruleField(me.settings),
    h(
      "p",
      { class: "hint" },
      "Existing playlists are skipped when you turn this on. You can turn them on one by one below.",
    ),
    status,
    messages,
    h("div", { class: "buttons" }, saveButton),
  );
  return { element, update };
}
