// Elements without markup: text from anywhere only ever becomes text.

/** An element. Attributes that begin with "on" are listeners; true and false set and leave out; children may nest. */
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

const TRIES = 4;
const PAUSE = 1500; // milliseconds

/** A picture, asked for again where it did not come: a small account serves few requests at once. Then `instead`. */
export function picture(attributes, instead = null) {
  const image = h("img", attributes);
  let tries = 1;
  image.addEventListener("error", () => {
    if (tries < TRIES) {
      // Not all at once.
      setTimeout(() => image.setAttribute("src", attributes.src), PAUSE * tries * (0.5 + Math.random()));
      tries += 1;
    } else if (instead) {
      image.replaceWith(instead());
    }
  });
  return image;
}

/** A link to another site in a new tab; plain text where the address is no web address. */
export function outward(address, ...children) {
  if (!/^https:\/\//.test(address ?? "")) return h("span", {}, ...children);
  return h("a", { href: address, target: "_blank", rel: "noopener" }, ...children);
}

/** A place that is drawn anew only when its data has changed, so that focus and what was typed stay.
 *
 * Where the focus is on what goes, the place takes it. */
export function slot(draw, attributes = {}, tag = "div") {
  const element = h(tag, attributes);
  let drawn;
  return {
    element,
    show(data) {
      const key = JSON.stringify(data);
      if (key === drawn) return;
      drawn = key;
      const held = element.contains(document.activeElement);
      element.replaceChildren(...[draw(data)].flat(Infinity).filter((child) => child != null && child !== false));
      if (!held) return;
      element.tabIndex = -1;
      element.focus({ preventScroll: true });
    },
  };
}

/** A part of a view, with its name beside it where there is room. */
export function section(name, ...children) {
  return h("section", {}, h("h2", {}, name), h("div", {}, children));
}

/** Says something to those who listen to the page. */
export function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

/** A sentence of bad or good news. `kind`: bad, hint. */
export function notice(sentence, kind = "bad", ...more) {
  return h("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "note" }, h("p", {}, sentence), ...more);
}
