import { h } from "./dom.js";

/** Ask for confirmation in a modal dialog; resolves to true if the listener confirms.
 *
 * The focus returns to where it was. */
export function confirmAction(question, sentences, actionLabel) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-labelledby": "dialog-title" },
      h("h2", { id: "dialog-title" }, question),
      sentences.map((sentence) => h("p", {}, sentence)),
      h(
        "div",
        { class: "buttons" },
        h("button", { autofocus: true, onclick: () => dialog.close() }, "Cancel"),
        h("button", { class: "danger", onclick: () => dialog.close("yes") }, actionLabel),
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
