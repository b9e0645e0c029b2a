// Automatic covers for new playlists: the switch and its rule.

import { api } from "./api-client.js";
import { checkbox, disableDuring, uniqueId } from "./controls.js";
import { announce, h, notice } from "./dom.js";
import { formatTime } from "./format.js";

const LOGIN_HELPS = new Set(["consent_needed", "reconnect_needed"]);

/** When the playlists were last checked, or why that failed. */
function lastCheck({ settings, watched: check }) {
  if (!settings.auto_cover) return null;
  if (!check)
    return h("p", { class: "hint" }, "Your playlists have not been looked at yet. That happens every few minutes.");
  const time = formatTime(check.at);
  if (!check.code) return h("p", { class: "hint" }, `Your playlists were last looked at on ${time}.`);
  return notice(
    `Your playlists could not be looked at on ${time}. ${check.message ?? ""}`,
    "bad",
    LOGIN_HELPS.has(check.code) ? h("p", {}, h("a", { class: "button", href: "/login" }, "Log in again")) : "",
  );
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
    h("label", { for: patternId }, "Names look like"),
    patternInput,
    h(
      "p",
      { class: "hint", id: hintId },
      "A star stands for any letters: “Mix *” is for all names that begin with “Mix”. Capitals do not matter.",
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
    h("legend", {}, "For which new playlists?"),
    radio(allId, "all", "All", !hasPattern),
    radio(patternOnlyId, "some", "Only those with certain names", hasPattern),
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
        : "Saved. No cover is made by itself.";
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
      "When you make a playlist and it has four songs, it gets a cover within minutes, set on Spotify, with nothing for you to do.",
    ),
    checkbox(
      "auto_cover",
      "Make covers for new playlists",
      "An image of your own is never replaced by itself.",
      me.settings.auto_cover,
    ),
    ruleField(me.settings),
    h(
      "p",
      { class: "hint" },
      "Playlists that are there when you switch this on are left as they are; below, you can switch them on one by one.",
    ),
    status,
    messages,
    h("div", { class: "buttons" }, saveButton),
  );
  return { element, update };
}
