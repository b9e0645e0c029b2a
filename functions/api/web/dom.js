// Create elements without parsing markup: text from elsewhere stays text.

/** Create an element.
 *
 * Attributes that begin with "on" are event listeners; true and false set and omit an attribute; children may nest. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

const MAX_IMAGE_ATTEMPTS = 4;
const IMAGE_PAUSE_MS = 1500;

/** An image that is loaded again after an error, because a small account serves few requests at a time.
 *
 * `createFallback` creates the element that replaces an image that cannot be loaded. `retrySrc`: where to load it after
 * an error, because an address at S3 is valid for minutes only. */
export function imageWithRetry(attributes, createFallback = null, retrySrc = attributes.src) {
  const image = h("img", attributes);
  let attempts = 1;
  image.addEventListener("error", () => {
    if (attempts < MAX_IMAGE_ATTEMPTS) {
      // A random pause spreads the requests of several images.
      setTimeout(() => image.setAttribute("src", retrySrc), IMAGE_PAUSE_MS * attempts * (0.5 + Math.random()));
      attempts += 1;
    } else if (createFallback) {
      image.replaceWith(createFallback());
    }
  });
  return image;
}

/** A link to another site, in a new tab; plain text if `url` is not an https URL. */
export function externalLink(url, ...children) {
  if (!/^https:\/\//.test(url ?? "")) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener" }, ...children);
}

/** An element that is rendered again only if its data has changed, so that focus and input survive.
 *
 * If a new rendering removes the focused element, the slot itself or its first button takes the focus. */
export function reactiveSlot(render, attributes = {}, tag = "div") {
  const element = h(tag, attributes);
  let currentKey;
  return {
    element,
    show(data) {
      const key = JSON.stringify(data);
      if (key === currentKey) return;
      currentKey = key;
      const hadFocus = element.contains(document.activeElement);
      element.replaceChildren(...[render(data)].flat(Infinity).filter((child) => child != null && child !== false));
      if (!hadFocus) return;
      // An element without a box cannot have the focus.
      const hasBox = getComputedStyle(element).display !== "contents";
      if (hasBox) element.tabIndex = -1;
      (hasBox ? element : element.querySelector("button"))?.focus({ preventScroll: true });
    },
  };
}

/** A section of a view; its title stands beside the content on a wide screen. */
export function section(title, ...children) {
  return h("section", {}, h("h2", {}, title), h("div", {}, children));
}

/** Text for screen readers only. */
export const hiddenText = (text) => h("span", { class: "visually-hidden" }, text);

/** Announce a sentence to screen readers. */
export function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

/** A highlighted sentence; `kind` is "bad" for an error or "hint". */
export function notice(sentence, kind = "bad", ...children) {
  return h(
    "div",
    { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "note" },
    h("p", {}, sentence),
    ...children,
  );
}
