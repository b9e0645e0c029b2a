// A cover's public page: a switch, its address, and a way to copy it.

import { api } from "./api-client.js";
import { checkbox } from "./controls.js";
import { announce, h } from "./dom.js";

/** The panel of a finished cover, whose public page has the path `share_url`, or null. */
export function sharePanel({ cover_id: coverId, share_url: shareUrl }, { onError }) {
  const messages = h("div");
  const address = h("div", { class: "stack" });
  const field = checkbox(
    "shared",
    "Public page",
    "Whoever has its address, which cannot be guessed, sees this cover, its title and links to its music.",
    shareUrl !== null,
  );

  function showAddress(url) {
    if (url === null) {
      address.replaceChildren();
      return;
    }
    const { href } = new URL(url, location.href);
    const copyButton = h("button", { type: "button", class: "small" }, "Copy the address");
    copyButton.addEventListener("click", async () => {
      await navigator.clipboard.writeText(href);
      copyButton.textContent = "Copied";
      announce("Copied.");
    });
    address.replaceChildren(h("p", {}, h("a", { href, target: "_blank", rel: "noopener" }, href)), copyButton);
  }
  field.addEventListener("change", async ({ target }) => {
    messages.replaceChildren();
    target.disabled = true;
    try {
      showAddress(target.checked ? (await api.share(coverId)).url : await api.takeBack(coverId));
    } catch (error) {
      target.checked = !target.checked;
      onError(error, messages);
    } finally {
      target.disabled = false;
      target.focus();
    }
  });
  showAddress(shareUrl);
  return h("div", { class: "stack" }, field, address, messages);
}
