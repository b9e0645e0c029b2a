import { h } from "./dom.js";

/** The image that Spotify shows for a playlist, never cropped. */
export function playlistImage({ image }, size) {
  return image
    ? h("img", { class: "art", src: image, alt: "", width: size, height: size, loading: "lazy" })
    : h("span", { class: "art missing" }, "no image yet");
}
