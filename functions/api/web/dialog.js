import { h } from "./dom.js";

/** Asks before something that cannot be undone; true if the listener says yes. Focus returns to where it was. */
export function confirm(question, sentences, yes) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-labelledby": "dialog-title" },
      h("h2", { id: "dialog-title" }, question),
      sentences.map((sentence) => h("p", {}, sentence)),
      h(
        "div",
        { class: "buttons" },
        h("button", { class: "quiet", autofocus: true, onclick: () => dialog.close() }, "Keep it as it is"),
        h("button", { class: "danger", onclick: () => dialog.close("yes") }, yes),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
