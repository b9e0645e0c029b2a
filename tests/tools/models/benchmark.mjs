// Measures the detector's original graph under TensorFlow.js: node benchmark.mjs MODEL_DIR ARTWORK_DIR
// ARTWORK_DIR holds NUMBER.rgb files of 300 x 300 pixels. The last line of output is JSON: measure -> values in seconds,
// milliseconds per artwork, or MB.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { detect, loadModel } from "./tfjs.mjs";

const SIDE = 300;
const [modelDir, artworkDir] = process.argv.slice(2);
const files = readdirSync(artworkDir).filter((name) => name.endsWith(".rgb"));
const pictures = files.map((name) => readFileSync(join(artworkDir, name)));
const start = performance.now();
const model = await loadModel(modelDir);
await detect(model, pictures[0], SIDE, SIDE);
const firstCall = (performance.now() - start) / 1000;
const inference = [];
for (let run = 0; run < 2; run += 1) {
  const runStart = performance.now();
  for (const pixels of pictures) await detect(model, pixels, SIDE, SIDE);
  inference.push((performance.now() - runStart) / pictures.length);
}
const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
console.log(JSON.stringify({ "first call": [firstCall], inference, "peak memory": [(peakKb * 1024) / 1e6] }));
