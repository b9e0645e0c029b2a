import { h } from "./dom.js";

/** The image that Spotify shows for a playlist, never cropped. */
export function playlistImage({ image }, size) {
  return image
    ? h("img", { class: "picture", src: image, alt: "", width: size, height: size, loading: "lazy" })
    : h("span", { class: "picture missing" }, "no image yet");
}
