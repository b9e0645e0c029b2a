// Prompt, painting and style of a cover, each of which can be changed for the next one.

import { api } from "./api-client.js";
import { artwork, link, painting, phrases } from "./chain.js";
import { checkbox, disableDuring, newRequest, strengthSlider, uniqueId } from "./controls.js";
import { h } from "./dom.js";
import { formatPercent } from "./format.js";

const LONGEST_PROMPT = 4000;
const MOST_ALBUMS = 10;

function promptField(prompt) {
  const id = uniqueId("prompt");
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, "The prompt, yours to change"),
    h("textarea", { id, name: "prompt", rows: 6, maxlength: LONGEST_PROMPT, required: true }, prompt.text),
  );
}

/** The albums whose artwork may lend the style; none leaves the painting as it is. */
function albums(cover) {
  const known = [...new Map(cover.songs.map((song) => [song.album_id, song])).values()];
  const chosen = new Set(cover.prompt.style_albums);
  const boxes = known.map((song) => {
    const id = uniqueId("album");
    return h(
      "li",
      {},
      h("input", {
        id,
        type: "checkbox",
        name: "style_album",
        value: song.album_id,
        checked: chosen.has(song.album_id),
      }),
      h("label", { for: id }, artwork(song, 64), h("span", {}, song.album, h("span", { class: "hint" }, song.artist))),
    );
  });
  const told = h("p", { class: "hint", "aria-live": "polite" });
  const list = h("ul", { class: "albums" }, boxes);
  const tell = () => {
    const checked = list.querySelectorAll(":checked").length;
    for (const box of list.querySelectorAll("input")) box.disabled = checked >= MOST_ALBUMS && !box.checked;
    told.textContent =
      checked === 0
        ? "None chosen: the painting stays as it is."
        : checked >= MOST_ALBUMS
          ? `${MOST_ALBUMS} is as many as there can be.`
          : "Their looks are blended.";
  };
  list.addEventListener("change", tell);
  tell();
  return h("fieldset", {}, h("legend", {}, "Whose artwork lends the style"), list, told);
}

/** The options for the next cover: those of this one, with what the listener changed. */
function changed(cover, data, request) {
  const { options, prompt } = cover;
  const text = data.get("prompt").trim();
  const chosen = data.getAll("style_album");
  const same = chosen.length === prompt.style_albums.length && prompt.style_albums.every((id) => chosen.includes(id));
  return {
    ...options,
    prompt: text === prompt.text ? options.prompt : text,
    style_albums: same ? options.style_albums : chosen,
    style_strength: Number(data.get("style_strength")) / 100,
    keep_colours: data.has("keep_colours"),
    variation: data.has("another") ? request.variation : options.variation,
    publish: false, // it is looked at first
  };
}

export function againForm(cover, { onError }) {
  const { prompt, options, done } = cover;
  const messages = [h("div"), h("div")];
  let request = newRequest();

  async function submit(event) {
    event.preventDefault();
    const place = messages[Number(event.submitter?.value ?? 0)];
    const options = changed(cover, new FormData(event.currentTarget), request);
    try {
      const made = await disableDuring(event.submitter, () => api.requestCover(cover.source, options, request.key));
      location.hash = `#/covers/${made.cover_id}`;
    } catch (error) {
      onError(error, place);
    }
  }
  const again = (place, label) => h("button", { value: place }, label);
  return h(
    "form",
    {
      class: "again",
      onsubmit: submit,
      onchange: () => {
        request = newRequest();
      },
    },
    link(
      2,
      "The prompt",
      done ? promptField(prompt) : h("blockquote", {}, prompt.text),
      done && [
        checkbox("another", "Another variation", "A new painting, also of the same words."),
        messages[0],
        h("div", { class: "buttons" }, again(0, "Again with this prompt")),
      ],
      phrases(prompt),
    ),
    cover.painting && link(3, "The painting", painting(cover.painting)),
    done &&
      link(
        4,
        "The style",
        h(
          "p",
          {},
          `This cover has ${formatPercent(options.style_strength)} of its style from the artwork below${options.keep_colours ? ", in the painting’s own colours" : ""}.`,
        ),
        albums(cover),
        strengthSlider(options.style_strength),
        checkbox(
          "keep_colours",
          "Keep the painting’s colours",
          "The style then lends its strokes alone.",
          options.keep_colours,
        ),
        messages[1],
        h(
          "div",
          { class: "buttons" },
          again(1, "Again in this style"),
          h("p", { class: "hint" }, "Takes a changed prompt along."),
        ),
      ),
  );
}
