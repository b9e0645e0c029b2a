// Measures the detector's original graph under TensorFlow.js: node benchmark.mjs MODEL_DIR ARTWORK_DIR
// ARTWORK_DIR holds NUMBER.rgb files of 300 x 300 pixels. The last line of output is JSON: measure -> values in seconds for
// all of them, or MB.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { detect, loadModel } from "./tfjs.mjs";

const SIDE = 300;
const [modelDir, artworkDir] = process.argv.slice(2);
const files = readdirSync(artworkDir).filter((name) => name.endsWith(".rgb"));
const pictures = files.map((name) => readFileSync(join(artworkDir, name)));
const seconds = [];
let start = performance.now();
const model = await loadModel(modelDir);
for (let call = 0; call < 3; call += 1) {
  for (const pixels of pictures) await detect(model, pixels, SIDE, SIDE);
  seconds.push((performance.now() - start) / 1000);
  start = performance.now();
}
const [firstCall, ...warmCalls] = seconds;
const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
console.log(
  JSON.stringify({ "first call": [firstCall], "warm call": warmCalls, "peak memory": [(peakKb * 1024) / 1e6] }),
);
