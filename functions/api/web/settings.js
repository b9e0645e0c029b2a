// The account, defaults of new covers, API tokens and deletion.

import { api } from "./api-client.js";
import { disableDuring, keepColorsCheckbox, strengthSlider, uniqueId } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, notice, section } from "./dom.js";
import { formatDate } from "./format.js";
import { PRODUCT } from "./strings.js";

function accountSection(me) {
  return section(
    "You",
    h("p", {}, "Logged in as ", h("b", {}, me.display_name), "."),
    me.state === "connected" &&
      h("p", { class: "hint" }, `Spotify’s permission lasts until ${formatDate(me.reconnect_by)}.`),
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
      style_strength: Number(formData.get("style_strength")) / 100,
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
    "What covers begin with",
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
    `The token “${name}”. Copy it now: it is not shown again.`,
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
      const sentence = "Programs that use it are refused from then on.";
      if (!(await confirmAction(`Revoke the token “${token.name}”?`, [sentence], "Revoke the token"))) return;
      try {
        await disableDuring(revokeButton, () => api.revokeToken(token.id));
        messages.replaceChildren();
        announce("The token is revoked.");
        await load();
        nameInput.focus();
      } catch (error) {
        onError(error, messages);
      }
    });
    return h(
      "li",
      {},
      h("span", {}, h("b", {}, token.name), h("span", { class: "hint" }, `since ${formatDate(token.created_at)}`)),
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
    "Access for programs",
    h(
      "p",
      {},
      "A token lets a program do what you do here, with your account: send it as ",
      h("code", {}, "Authorization: Bearer …"),
      ". What can be asked for is in ",
      h("a", { href: "/openapi.json" }, "the API’s description"),
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
      "All your covers, the artwork kept for them, your tokens, your settings and the permission from Spotify are " +
        "deleted, and what is being made is stopped.",
      "Covers that are set on playlists stay there. Images of your own that were kept for a way back are deleted too: " +
        "put back first what you want back.",
      "This cannot be undone. Covers that you want to keep: download them first.",
    ];
    if (!(await confirmAction("Forget everything about you?", sentences, "Delete everything"))) return;
    try {
      await disableDuring(deleteButton, api.deleteAccount);
      document.dispatchEvent(new Event("accountdelete"));
    } catch (error) {
      onError(error, messages);
    }
  });
  return section(
    "The way out",
    h(
      "p",
      {},
      `${PRODUCT} forgets all about you at once. To take back its permission too, remove it in your Spotify account, under “Manage apps”.`,
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
