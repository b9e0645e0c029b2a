// What new covers begin with, access for programs, and the way out.

import { api } from "./api-client.js";
import { checkbox, disableDuring, strengthSlider, uniqueId } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, notice, section } from "./dom.js";
import { formatDate } from "./format.js";
import { PRODUCT } from "./strings.js";

function account(me) {
  return section(
    "You",
    h("p", {}, "Logged in as ", h("b", {}, me.display_name), "."),
    me.state === "connected" &&
      h("p", { class: "hint" }, `Spotify’s permission lasts until ${formatDate(me.reconnect_by)}.`),
    h("form", { method: "post", action: "/logout" }, h("button", { class: "quiet" }, "Log out")),
  );
}

function defaults({ me, onError }) {
  const messages = h("div");
  const button = h("button", {}, "Save");
  async function submit(event) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const wish = { style_strength: Number(data.get("style_strength")) / 100, keep_colours: data.has("keep_colours") };
    try {
      Object.assign(me.settings, await disableDuring(button, () => api.saveSettings(wish)));
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
      checkbox(
        "keep_colours",
        "Keep the painting’s colours",
        "The style then lends its strokes alone.",
        me.settings.keep_colours,
      ),
      messages,
      h("div", { class: "buttons" }, button),
    ),
  );
}

/** A new token is shown once, here, and nowhere again. */
function once({ name, token }) {
  const copy = h("button", { type: "button", class: "quiet" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(token);
    announce("Copied.");
    copy.textContent = "Copied";
  });
  const shown = h("div", { class: "between" }, h("code", { class: "token" }, token), copy);
  return notice(`The token “${name}”. Copy it now: it is not shown again.`, "hint", shown);
}

function tokens({ onError }) {
  // Apart: what befalls the list must not take the place of a token that is shown once.
  const [id, messages, unlisted, list] = [uniqueId("token"), h("div"), h("div"), h("ul", { class: "tokens" })];
  const input = h("input", {
    id,
    name: "name",
    required: true,
    maxlength: 60,
    autocomplete: "off",
    placeholder: "My script",
  });
  const button = h("button", {}, "Create a token");

  async function load() {
    try {
      const { items } = await api.getTokens();
      list.replaceChildren(...items.map(row));
      list.hidden = items.length === 0;
      unlisted.replaceChildren();
    } catch (error) {
      onError(error, unlisted);
    }
  }
  function row(token) {
    const revoke = h("button", { class: "quiet", "aria-label": `Revoke ${token.name}` }, "Revoke");
    revoke.addEventListener("click", async () => {
      const sentence = "Programs that use it are refused from then on.";
      if (!(await confirmAction(`Revoke the token “${token.name}”?`, [sentence], "Revoke the token"))) return;
      try {
        await disableDuring(revoke, () => api.revokeToken(token.id));
        messages.replaceChildren();
        announce("The token is revoked.");
        await load();
        input.focus();
      } catch (error) {
        onError(error, messages);
      }
    });
    return h(
      "li",
      {},
      h("span", {}, h("b", {}, token.name), h("span", { class: "hint" }, `since ${formatDate(token.created_at)}`)),
      revoke,
    );
  }
  async function submit(event) {
    event.preventDefault();
    try {
      const made = await disableDuring(button, () => api.createToken(input.value.trim()));
      input.value = "";
      messages.replaceChildren(once(made));
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
    unlisted,
    messages,
    h(
      "form",
      { class: "row", onsubmit: submit },
      h("div", { class: "field" }, h("label", { for: id }, "What is it for?"), input),
      button,
    ),
  );
}

function forget({ onError }) {
  const messages = h("div");
  const button = h("button", { class: "danger" }, "Forget me");
  button.addEventListener("click", async () => {
    const sentences = [
      "All your covers, the artwork kept for them, your tokens, your settings and the permission from Spotify are " +
        "deleted, and what is being made is stopped.",
      "Covers that are set on playlists stay there. Images of your own that were kept for a way back are deleted too: " +
        "put back first what you want back.",
      "This cannot be undone. Covers that you want to keep: download them first.",
    ];
    if (!(await confirmAction("Forget everything about you?", sentences, "Delete everything"))) return;
    try {
      await disableDuring(button, api.deleteAccount);
      document.dispatchEvent(new Event("forgotten"));
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
    button,
  );
}

export function settingsView(context) {
  const element = h(
    "div",
    { class: "settings" },
    h("h1", { tabindex: "-1" }, "Settings"),
    account(context.me),
    defaults(context),
    tokens(context),
    forget(context),
  );
  return { element, title: "Settings" };
}
