// Covers for new playlists, made and set without being asked each time: the rule, and how it goes.

import { api } from "./api-client.js";
import { checkbox, disableDuring, uniqueId } from "./controls.js";
import { announce, h, notice } from "./dom.js";
import { formatTime } from "./format.js";

const LOGIN_HELPS = new Set(["consent_needed", "reconnect_needed"]);

/** When the playlists were last looked at, and why they could not be. */
function watched({ settings, watched }) {
  if (!settings.auto_cover) return null;
  if (!watched)
    return h("p", { class: "hint" }, "Your playlists have not been looked at yet. That happens every few minutes.");
  if (!watched.code)
    return h("p", { class: "hint" }, `Your playlists were last looked at on ${formatTime(watched.at)}.`);
  return notice(
    `Your playlists could not be looked at on ${formatTime(watched.at)}. ${watched.message ?? ""}`,
    "bad",
    LOGIN_HELPS.has(watched.code) ? h("p", {}, h("a", { class: "button", href: "/login" }, "Log in again")) : "",
  );
}

function rule(settings) {
  const [all, some, pattern, hint] = ["all", "some", "pattern", "hint"].map(uniqueId);
  const named = settings.auto_cover_pattern !== "";
  const field = h(
    "div",
    { class: "field", hidden: !named },
    h("label", { for: pattern }, "Names look like"),
    h("input", {
      id: pattern,
      name: "auto_cover_pattern",
      maxlength: 100,
      value: settings.auto_cover_pattern,
      placeholder: "Mix *",
      autocomplete: "off",
      required: named,
      "aria-describedby": hint,
    }),
    h(
      "p",
      { class: "hint", id: hint },
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
  const choice = h(
    "fieldset",
    { class: "close" },
    h("legend", {}, "For which new playlists?"),
    radio(all, "all", "All", !named),
    radio(some, "some", "Only those with certain names", named),
    field,
  );
  choice.addEventListener("change", (event) => {
    if (event.target.name !== "which") return;
    field.hidden = event.target.value === "all";
    field.querySelector("input").required = !field.hidden;
  });
  return choice;
}

/** The switch and its rule. `changed(settings)` is told once they are saved. */
export function automation({ me, onError }, changed) {
  const [messages, state] = [h("div"), h("div")];
  const button = h("button", {}, "Save");
  const draw = (now) => state.replaceChildren(...[watched(now)].filter(Boolean));

  async function submit(event) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const wish = {
      auto_cover: data.has("auto_cover"),
      auto_cover_pattern: data.get("which") === "all" ? "" : data.get("auto_cover_pattern").trim(),
    };
    messages.replaceChildren();
    try {
      Object.assign(me.settings, await disableDuring(button, () => api.saveSettings(wish)));
      const told = me.settings.auto_cover
        ? "Saved. New playlists get covers from now on."
        : "Saved. No cover is made by itself.";
      messages.replaceChildren(notice(told, "hint"));
      announce(told);
      draw(me);
      changed(me.settings);
    } catch (error) {
      onError(error, messages);
    }
  }
  draw(me);
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
    rule(me.settings),
    h(
      "p",
      { class: "hint" },
      "Playlists that are there when you switch this on are left as they are; below, you can switch them on one by one.",
    ),
    state,
    messages,
    h("div", { class: "buttons" }, button),
  );
  return { element, update: draw };
}
