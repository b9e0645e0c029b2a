// The account, defaults of new covers, API tokens and deletion.

import { api } from "./api-client.js";
import { disableDuring, keepColorsCheckbox, readStrength, strengthSlider, uniqueId } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, notice, section } from "./dom.js";
import { formatDate } from "./format.js";
import { PRODUCT } from "./strings.js";

function accountSection(me) {
  return section(
    "Account",
    h("p", {}, "Logged in as ", h("b", {}, me.display_name), "."),
    me.state === "connected" &&
      h("p", { class: "hint" }, `Spotify’s permission is valid until ${formatDate(me.reconnect_by)}.`),
    h("form", { method: "post", action: "/logout" }, h("button", { class: "secondary" }, "Log out")),
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
      messages.replaceChildren(notice("Saved.", "hint"));
      announce("Saved.");
    } catch (error) {
      onError(error, messages);
    }
  }
  return section(
    "Defaults for new covers",
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

/** A new token with a button that copies it; the API returns it only once. */
function newTokenNotice({ name, token }) {
  const copyButton = h("button", { type: "button", class: "secondary" }, "Copy");
  copyButton.addEventListener("click", async () => {
    await navigator.clipboard.writeText(token);
    announce("Copied.");
    copyButton.textContent = "Copied";
  });
  return notice(
    `Your token “${name}”. Copy it now, because it is not shown again.`,
    "hint",
    h("div", { class: "spread" }, h("code", { class: "token" }, token), copyButton),
  );
}

function tokensSection({ onError }) {
  const list = h("ul", { class: "tokens" });
  // Errors of the list have their own place, so that they never replace a new token, which is shown only once.
  const [messages, listMessages] = [h("div"), h("div")];
  const nameId = uniqueId("token");
  const nameInput = h("input", {
    id: nameId,
    name: "name",
    required: true,
    maxlength: 60,
    autocomplete: "off",
    placeholder: "My script",
  });
  const createButton = h("button", {}, "Create a token");

  async function load() {
    try {
      const { items } = await api.getTokens();
      list.replaceChildren(...items.map(tokenItem));
      list.hidden = items.length === 0;
      listMessages.replaceChildren();
    } catch (error) {
      onError(error, listMessages);
    }
  }
  function tokenItem(token) {
    const revokeButton = h("button", { class: "secondary", "aria-label": `Revoke ${token.name}` }, "Revoke");
    revokeButton.addEventListener("click", async () => {
      const sentence = "Programs that use it lose their access.";
      if (!(await confirmAction(`Revoke the token “${token.name}”?`, [sentence], "Revoke the token"))) return;
      try {
        await disableDuring(revokeButton, () => api.revokeToken(token.id));
        messages.replaceChildren();
        announce("Token revoked.");
        await load();
        nameInput.focus();
      } catch (error) {
        onError(error, messages);
      }
    });
    return h(
      "li",
      {},
      h("span", {}, h("b", {}, token.name), h("span", { class: "hint" }, `created on ${formatDate(token.created_at)}`)),
      revokeButton,
    );
  }
  async function submit(event) {
    event.preventDefault();
    try {
      const token = await disableDuring(createButton, () => api.createToken(nameInput.value.trim()));
      nameInput.value = "";
      messages.replaceChildren(newTokenNotice(token));
      await load();
    } catch (error) {
      onError(error, messages);
    }
  }
  load();
  return section(
    "API tokens",
    h(
      "p",
      {},
      "A token gives a program access to your account in this app. Send it as ",
      h("code", {}, "Authorization: Bearer …"),
      ". All requests are in the ",
      h("a", { href: "/openapi.json" }, "API description"),
      ".",
    ),
    list,
    listMessages,
    messages,
    h(
      "form",
      { class: "row", onsubmit: submit },
      h("div", { class: "field" }, h("label", { for: nameId }, "What is it for?"), nameInput),
      createButton,
    ),
  );
}

function deletionSection({ onError }) {
  const messages = h("div");
  const deleteButton = h("button", { class: "danger" }, "Forget me");
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
    h("h1", { tabindex: "-1" }, "Settings"),
    accountSection(context.me),
    defaultsSection(context),
    tokensSection(context),
    deletionSection(context),
  );
  return { element, title: "Settings" };
}
