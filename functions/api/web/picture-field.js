// A place in a form for the listener's own pictures. What shows them is loaded when the place is opened.

import { ApiError } from "./api-client.js";
import { h, notice } from "./dom.js";
import { TRY_AGAIN } from "./strings.js";

const NOT_LOADED = "This part of the page did not load. Try again, or reload the page.";

/** The options of a form with a pictureField: each picture is sent to an image model only if its box is checked. */
export function readPictures(formData) {
  const stylePictures = formData.getAll("style_picture");
  const isMixed = formData.has("with_albums");
  return {
    picture: formData.get("picture"),
    style_pictures: stylePictures.length ? stylePictures : null,
    send_picture: formData.has("send_picture"),
    ...(stylePictures.length && { style_albums: isMixed ? null : [] }),
  };
}

/** What a painting costs with `options`: only the built-in painter prints a picture that is not sent. */
export const paintingCost = (me, { picture, send_picture: isSent }) => (picture && !isSent ? 0 : me.cover_cost_usd);

const hiddenInput = (name, value) => h("input", { type: "hidden", name, value });

/** The pictures of `options` as long as nothing else in the form has their values. */
function hiddenInputs({ picture, style_pictures: stylePictures, style_albums: albums }) {
  return [
    picture && hiddenInput("picture", picture),
    (stylePictures ?? []).map((id) => hiddenInput("style_picture", id)),
    stylePictures && albums?.length !== 0 && hiddenInput("with_albums", "on"),
  ];
}

/** A place that takes pictures by itself, too, if they are dropped or pasted anywhere on the page until `stop()`.
 *
 * `options`: the pictures that are chosen at first, as readPictures returns them. `open()` shows all of them. A demo
 * listener has no pictures: `element` is false. */
export function pictureField({ me, options, onError }) {
  const use = h("span", { class: "optional" });
  const place = h("div", { class: "pictures" }, hiddenInputs(options));
  const messages = h("div");
  const retryButton = h("button", { type: "button", class: "small", hidden: true, onclick: load }, TRY_AGAIN);
  const element = h(
    "details",
    { class: "adjust own-pictures", ontoggle: () => element.open && load(), onchange: showUse },
    h("summary", {}, "Your own picture ", use),
    h("div", {}, place, messages, retryButton),
  );
  const listening = new AbortController();
  let loading = null;

  function showUse() {
    const has = (name) => element.querySelector(`[name=${name}]:is([type=hidden], :checked)`) !== null;
    const uses = [has("picture") && "on the cover", has("style_picture") && "lends its style"].filter(Boolean);
    use.textContent = `· ${uses.join(", ") || "photo or drawing"}`;
    use.classList.toggle("chosen", uses.length > 0);
  }
  async function read() {
    const { ownPictures } = await import("./own-pictures.js").catch(() => {
      throw new ApiError(0, "not_loaded", NOT_LOADED);
    });
    const pictures = await ownPictures({ me, chosen: new FormData(element.closest("form")), messages, onError });
    place.replaceChildren(pictures.element);
    showUse();
    return pictures;
  }
  /** The pictures, once they are in their place; null if they cannot be read. */
  async function load() {
    messages.replaceChildren();
    retryButton.hidden = true;
    loading ??= read();
    try {
      return await loading;
    } catch (error) {
      loading = null;
      retryButton.hidden = false;
      if (error.code === "not_loaded") messages.replaceChildren(notice(error.message));
      else onError(error, messages);
      return null;
    }
  }
  async function open() {
    element.open = true;
    return load();
  }
  async function take(event, { files }) {
    event.preventDefault();
    const taken = [...files]; // the event's own list is empty after it
    if (taken.length) (await open())?.add(taken);
  }
  if (me.is_demo) listening.abort();
  const listen = (type, listener) => document.addEventListener(type, listener, { signal: listening.signal });
  const hasFiles = ({ types }) => types.includes("Files");
  const showDrop = (isOver) => element.classList.toggle("dropping", isOver);
  listen("dragover", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault(); // otherwise the browser opens the file
    showDrop(true);
  });
  listen("dragleave", (event) => event.relatedTarget === null && showDrop(false));
  listen("drop", (event) => {
    showDrop(false);
    if (hasFiles(event.dataTransfer)) take(event, event.dataTransfer);
  });
  listen("paste", (event) => {
    // Office programs put a picture beside the text.
    if (hasFiles(event.clipboardData) && !event.clipboardData.types.includes("text/plain"))
      take(event, event.clipboardData);
  });
  showUse();
  return { element: !me.is_demo && element, open, stop: () => listening.abort() };
}
