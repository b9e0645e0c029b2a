// Measures the detector's original graph under TensorFlow.js: node tfjs.mjs MODEL_FOLDER WORK_FOLDER PACKAGE_JSON
// WORK_FOLDER holds NUMBER-SIDE.rgb, the same artwork at 300 and at 640 pixels; PACKAGE_JSON is the one beside whose
// node_modules TensorFlow.js is installed. Prints JSON: measure -> values in seconds, milliseconds an artwork, or MB.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const [modelFolder, workFolder, packageJson] = process.argv.slice(2);
const require = createRequire(packageJson);
const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");
const { loadGraphModel } = require("@tensorflow/tfjs-converter");
const tf = require("@tensorflow/tfjs-core");

const now = () => performance.now() / 1000;
const outputs = ["Postprocessor/Slice", "Postprocessor/ExpandDims_1"];

function pictures(side) {
  const files = readdirSync(workFolder).filter((name) => name.endsWith(`-${side}.rgb`));
  return files.sort().map((name) => readFileSync(join(workFolder, name)));
}

async function load() {
  setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  await tf.setBackend("wasm");
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(modelFolder, "model.json")));
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const shards = weightsManifest.flatMap((group) => group.paths).map((path) => readFileSync(join(modelFolder, path)));
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
  return loadGraphModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) });
}

async function look(model, bytes, side) {
  const picture = tf.tensor(bytes, [1, side, side, 3], "int32");
  const [scores, boxes] = await model.executeAsync(picture, outputs);
  await Promise.all([scores.data(), boxes.data()]);
  tf.dispose([picture, scores, boxes]);
}

async function each(model, all, side) {
  const began = now();
  for (const bytes of all) await look(model, bytes, side);
  return (1000 * (now() - began)) / all.length;
}

const [small, large] = [pictures(300), pictures(640)];
const began = now();
const model = await load();
const loaded = now() - began;
await look(model, small[0], 300);
const first = now() - began;
const inference = [await each(model, small, 300), await each(model, small, 300)];
const resizing = [await each(model, large, 640), await each(model, large, 640)];
const peak = (Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024) / 1e6;
const figures = {
  "model load": [loaded],
  "first call": [first],
  inference,
  "with resizing": resizing,
  "peak memory": [peak],
};
console.log(JSON.stringify(figures));
