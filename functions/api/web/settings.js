// The account, defaults of new covers, API tokens and deletion.

import { api } from "./api-client.js";
import { card, disableDuring, keepColorsCheckbox, readStrength, strengthSlider } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, notice, section } from "./dom.js";
import { formatDate } from "./format.js";
import { letteringFields, readLettering } from "./lettering.js";
import { lookCards } from "./series.js";
import { PRODUCT } from "./strings.js";
import { tokensSection } from "./tokens.js";

function accountSection(me) {
  return section(
    "Account",
    h("p", {}, "Logged in as ", h("b", {}, me.display_name), "."),
    me.state === "connected" &&
      h("p", { class: "hint" }, `Spotify’s permission is valid until ${formatDate(me.reconnect_by)}.`),
    h("form", { method: "post", action: "/logout" }, h("button", {}, "Log out")),
  );
}

function lookField(look, onError, messages) {
  const none = card("radio", "look", "", h("span", { class: "picture missing trio" }), "None", null, {
    checked: look === null,
  });
  const list = lookCards({ checked: look, onError, messages });
  list.prepend(none);
  return h("details", { open: look !== null }, h("summary", {}, "One look for all new covers"), list);
}

function defaultsSection({ me, onError }) {
  const messages = h("div");
  const saveButton = h("button", {}, "Save");
  async function submit(event) {
    event.preventDefault();
    const formData = new FormData(event.currentTarget);
    const lettering = readLettering(formData);
    const changes = {
      style_strength: readStrength(formData),
      keep_colours: formData.has("keep_colours"),
      lettering: lettering.lettering,
      second_line: lettering.second_line,
      look: formData.get("look") || null,
    };
    try {
      Object.assign(me.settings, await disableDuring(saveButton, () => api.saveSettings(changes)));
      messages.replaceChildren(notice("Saved.", "good"));
      announce("Saved.");
    } catch (error) {
      onError(error, messages);
    }
  }
  return section(
    "Defaults",
    h(
      "form",
      { onsubmit: submit },
      strengthSlider(me.settings.style_strength),
      keepColorsCheckbox(me.settings.keep_colours),
      letteringFields({ options: me.settings, hasText: false }).element,
      lookField(me.settings.look, onError, messages),
      messages,
      h("div", { class: "buttons" }, saveButton),
    ),
  );
}

function deletionSection({ onError }) {
  const messages = h("div");
  const deleteButton = h("button", { class: "danger" }, "Delete my data");
  deleteButton.addEventListener("click", async () => {
    const sentences = [
      "This deletes all your covers, the pictures that you uploaded, the stored artwork, your tokens, your settings " +
        "and Spotify’s permission, and it stops covers in progress.",
      "Covers that are set on playlists stay there. Your own images that were saved for undo are deleted too, so " +
        "restore them first if you want them back.",
      "This cannot be undone. Download the covers that you want to keep first.",
    ];
    if (!(await confirmAction("Delete all your data?", sentences, "Delete everything"))) return;
    try {
      await disableDuring(deleteButton, api.deleteAccount);
      document.dispatchEvent(new Event("accountdelete"));
    } catch (error) {
      onError(error, messages);
    }
  });
  return section(
    "Delete my data",
    h(
      "p",
      {},
      `This deletes everything that ${PRODUCT} stores about you. To revoke its access to Spotify as well, remove it in your Spotify account under “Manage apps”.`,
    ),
    messages,
    deleteButton,
  );
}

/** The view of settings. */
export function settingsView(context) {
  const element = h(
    "div",
    { class: "settings" },
    h("div", { class: "head" }, h("h1", { tabindex: "-1" }, "Settings")),
    accountSection(context.me),
    defaultsSection(context),
    tokensSection(context),
    deletionSection(context),
  );
  return { element, title: "Settings" };
}
