// The six steps, while they happen.

import { h } from "./dom.js";
import { formatSeconds } from "./format.js";
import { STEP_LABELS, STEPS } from "./strings.js";

export function progress({ status, step, timings }) {
  const taken = STEPS.reduce((sum, name) => sum + (timings[name]?.seconds ?? 0), 0);
  if (status === "done") return h("p", { class: "hint" }, `Made in six steps, in ${formatSeconds(taken)} of work.`);
  const done = STEPS.filter((name) => name in timings).length;
  const items = STEPS.map((name, at) => {
    const finished = name in timings;
    const left = !finished && STEPS.slice(at + 1).some((later) => later in timings || later === step);
    const current = !finished && name === step && status !== "failed";
    const stopped = !finished && name === step && status === "failed";
    const state = finished
      ? formatSeconds(timings[name].seconds)
      : stopped
        ? "stopped"
        : current
          ? "now"
          : left
            ? "left out"
            : "";
    return h(
      "li",
      {
        class: finished ? "finished" : current ? "current" : stopped ? "stopped" : "",
        "aria-current": current ? "step" : null,
      },
      h("span", {}, STEP_LABELS[name]),
      h("span", { class: "state" }, state),
    );
  });
  return [
    h("progress", { max: STEPS.length, value: done, "aria-label": "Steps done" }),
    h("ol", { class: "steps" }, items),
  ];
}
