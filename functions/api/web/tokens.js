// API tokens: create, list and revoke them.

import { api } from "./api-client.js";
import { disableDuring, uniqueId } from "./controls.js";
import { confirmAction } from "./dialog.js";
import { announce, h, notice, section } from "./dom.js";
import { formatDay } from "./format.js";

const VALID_DAYS = { "": "until I revoke it", 30: "for 30 days", 365: "for a year" };

function describeToken({ created_at: createdAt, last_used_on: usedOn, expires_at: expiresAt }) {
  const use = usedOn ? `last used ${formatDay(usedOn)}` : "not used yet";
  return [`created ${formatDay(createdAt)}`, use, expiresAt && `expires ${formatDay(expiresAt)}`]
    .filter(Boolean)
    .join(" · ");
}

/** A new token with a button that copies it; the API returns it only once. */
function newTokenNotice({ name, token }) {
  const copyButton = h("button", { type: "button" }, "Copy");
  copyButton.addEventListener("click", async () => {
    await navigator.clipboard.writeText(token);
    announce("Copied.");
    copyButton.textContent = "Copied";
  });
  return notice(
    `Your token “${name}”. Copy it now, because it is not shown again.`,
    "hint",
    h("code", { class: "token" }, token),
    copyButton,
  );
}

/** The section of API tokens: list, create, revoke. */
export function tokensSection({ onError }) {
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
  const daysId = uniqueId("days");
  const daysSelect = h(
    "select",
    { id: daysId },
    Object.entries(VALID_DAYS)
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([days, label]) => h("option", { value: days }, label)),
  );
  const createButton = h("button", {}, "Create a token");

  let loads = 0;

  async function load() {
    loads += 1;
    const number = loads;
    try {
      const { items } = await api.getTokens();
      // A response that a later one has overtaken is out of date.
      if (number !== loads) return;
      list.replaceChildren(...items.map(tokenItem));
      list.hidden = items.length === 0;
      listMessages.replaceChildren();
    } catch (error) {
      if (number === loads) onError(error, listMessages);
    }
  }
  function tokenItem(token) {
    const revokeButton = h("button", { "aria-label": `Revoke ${token.name}` }, "Revoke");
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
      h("span", {}, h("b", {}, token.name), h("span", { class: "hint" }, describeToken(token))),
      revokeButton,
    );
  }
  async function submit(event) {
    event.preventDefault();
    try {
      const token = await disableDuring(createButton, () =>
        api.createToken(nameInput.value.trim(), Number(daysSelect.value) || null),
      );
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
      h("div", { class: "field" }, h("label", { for: daysId }, "Valid"), daysSelect),
      createButton,
    ),
  );
}
