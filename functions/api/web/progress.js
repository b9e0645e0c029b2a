// The progress of a cover through the six steps.

import { h } from "./dom.js";
import { formatSeconds } from "./format.js";
import { STEP_LABELS, STEPS } from "./strings.js";

/** A bar and the list of steps; a single line for a finished cover. */
export function stepProgress({ status, step, timings }) {
  const totalSeconds = STEPS.reduce((sum, name) => sum + (timings[name]?.seconds ?? 0), 0);
  if (status === "done")
    return h("p", { class: "hint" }, `Made in six steps, with ${formatSeconds(totalSeconds)} of processing.`);
  const doneCount = STEPS.filter((name) => name in timings).length;
  const items = STEPS.map((name, index) => {
    const isFinished = name in timings;
    const isSkipped = !isFinished && STEPS.slice(index + 1).some((later) => later in timings || later === step);
    const isCurrent = !isFinished && name === step && status !== "failed";
    const isStopped = !isFinished && name === step && status === "failed";
    const text = isFinished
      ? formatSeconds(timings[name].seconds)
      : isStopped
        ? "stopped"
        : isCurrent
          ? "now"
          : isSkipped
            ? "skipped"
            : "";
    return h(
      "li",
      {
        class: isFinished ? "finished" : isCurrent ? "current" : isStopped ? "stopped" : "",
        "aria-current": isCurrent ? "step" : null,
      },
      h("span", {}, STEP_LABELS[name]),
      h("span", { class: "state" }, text),
    );
  });
  return [
    h("progress", { max: STEPS.length, value: doneCount, "aria-label": "Finished steps" }),
    h("ol", { class: "steps" }, items),
  ];
}
