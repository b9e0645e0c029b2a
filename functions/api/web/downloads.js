// The menu of a finished cover's files, and sharing them from a phone.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const FILES = [
  ["cover", "For Spotify", "JPEG, 640 px"],
  ["master", "Large", "PNG, 1024 px"],
  ["story", "Story", "1080 × 1920"],
  ["steps", "All steps", "one sheet"],
];

/** The address of a file that the browser saves instead of showing it. */
const downloadUrl = (coverId, kind) => `/api/covers/${encodeURIComponent(coverId)}/image?kind=${kind}&download=1`;

async function share(coverId, title) {
  const blob = await (await fetch(downloadUrl(coverId, "story"))).blob();
  const file = new File([blob], "cover.jpg", { type: "image/jpeg" });
  await navigator.share({ files: [file], title });
}

/** A menu that closes with Escape and with a click elsewhere. */
function menu(label, items) {
  const summary = h("summary", {}, label, icon("down"));
  const element = h(
    "details",
    { class: "menu" },
    summary,
    h(
      "ul",
      {},
      items.filter(Boolean).map((item) => h("li", {}, item)),
    ),
  );
  const close = () => {
    element.open = false;
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    close();
    summary.focus();
  });
  element.addEventListener(
    "focusout",
    (event) => !element.contains(event.relatedTarget) && event.relatedTarget && close(),
  );
  // A click elsewhere closes it, and so does a choice.
  document.addEventListener("click", (event) => !summary.contains(event.target) && close());
  return element;
}

/** The menu of a cover's files. */
export function downloadMenu({ cover_id: coverId, title }) {
  const canShare = navigator.canShare?.({ files: [new File([], "cover.jpg", { type: "image/jpeg" })] });
  return menu("Download", [
    ...FILES.map(([kind, name, description]) =>
      h("a", { href: downloadUrl(coverId, kind), download: "" }, name, " ", h("span", {}, description)),
    ),
    canShare && h("button", { type: "button", onclick: () => share(coverId, title) }, "Share …"),
  ]);
}
