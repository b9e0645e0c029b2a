// The account, defaults of new covers, API tokens and deletion.

import { api } from "./api-client.js";
import { disableDuring, keepColorsCheckbox, readStrength, strengthSlider } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, notice, section } from "./dom.js";
import { formatDate } from "./format.js";
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

function defaultsSection({ me, onError }) {
  const messages = h("div");
  const saveButton = h("button", {}, "Save");
  async function submit(event) {
    event.preventDefault();
    const formData = new FormData(event.currentTarget);
    const changes = {
      style_strength: readStrength(formData),
      keep_colours: formData.has("keep_colours"),
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
      "This deletes all your covers, the stored artwork, your tokens, your settings and Spotify’s permission, and it " +
        "stops covers in progress.",
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
