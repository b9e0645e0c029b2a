// The bar of a library's wall: paint, stop, set on Spotify, undo, as the run allows.

import { announce, h, notice } from "./dom.js";
import { formatCost, formatCount } from "./format.js";
import { icon } from "./icons.js";
import { run } from "./library-run.js";

/** The bar: `element` and `render()`. `form` gives the chosen playlists' ids and the look. */
export function libraryBar({ price, form, messages, onError }) {
  const what = h("div", { class: "what" });
  const buttons = h("div", { class: "buttons" });

  async function perform(action, sentence) {
    messages.replaceChildren();
    try {
      await action();
      const problems = run.messages();
      messages.replaceChildren(...problems.map((text) => notice(text, "hint")));
      announce([sentence(), ...problems].join(" "));
    } catch (error) {
      onError(error, messages);
    }
  }
  const painted = () => `${formatCount(run.count("painted"), "cover")} painted.`;
  const actions = {
    paint: () => perform(() => run.paint(form.chosenIds(), form.look(), form.options()), painted),
    resume: () => perform(() => run.resume(form.options()), painted),
    set: () =>
      perform(
        () => run.set(form.chosenIds()),
        () => `${formatCount(run.count("set"), "cover")} set on Spotify.`,
      ),
    undo: () =>
      perform(run.undo, () => (run.count("set") ? "Some are not undone yet." : "Undone. Your old images are back.")),
  };
  const button = (label, action, kind = "") =>
    h("button", { type: "button", class: kind, disabled: !action, onclick: action }, label);

  /** The buttons of the run's state, the main one last. */
  function listButtons() {
    const [set, waiting] = [run.count("set"), run.count("waiting")];
    const ready = form.chosenIds().filter((id) => run.get(id)?.state === "painted").length;
    if (run.activity === "paint") return [button("Stop", run.stop), button("Painting …", null, "first")];
    if (run.activity) return [button(run.activity === "set" ? "Setting …" : "Undoing …", null, "first")];
    if (run.total() === 0) {
      const count = form.chosenIds().length;
      const cost = price ? `, ${formatCost(count * price)}` : "";
      return [button(`Paint ${formatCount(count, "cover")}${cost}`, count ? actions.paint : null, "first")];
    }
    const isAll = ready > 1 && ready === run.count("painted");
    return [
      button("Another look", run.clear, "bare"),
      waiting > 0 && button("Continue", actions.resume),
      set > 0 && button("Undo all", actions.undo),
      ready > 0 && button(`Set ${isAll ? "all " : ""}${ready} on Spotify`, actions.set, "first"),
      ready === 0 && set > 0 && button([icon("check"), `${set} on Spotify`], null, "done"),
    ].filter(Boolean);
  }
  return {
    element: h("div", { class: "bar" }, what, buttons),
    render() {
      const hadFocus = buttons.contains(document.activeElement);
      buttons.replaceChildren(...listButtons());
      if (hadFocus) buttons.lastElementChild.focus();
      const state = run.count("set") ? "Your old images are kept" : "Nothing has changed on Spotify yet";
      what.replaceChildren(h("b", {}, form.lookName()), h("span", { class: "hint" }, state));
    },
  };
}
