// Runs the detector's original graph under TensorFlow.js: node reference.mjs MODEL_FOLDER WORK_FOLDER
// WORK_FOLDER holds pictures.json, [{name, height, width}], and each picture's bytes as NAME.rgb.
// Beside them it gets NAME.boxes, (1917, 4) float32: y0, x0, y1, x1, and NAME.scores, (1917, 90) float32.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import "@tensorflow/tfjs-backend-wasm";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";

const [modelFolder, workFolder] = process.argv.slice(2);
const wasm = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));

function read(folder, file) {
  return readFileSync(join(folder, file));
}

async function loadOriginal() {
  const { modelTopology, weightsManifest } = JSON.parse(read(modelFolder, "model.json"));
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const shards = weightsManifest.flatMap((group) => group.paths).map((path) => read(modelFolder, path));
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
  return loadGraphModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) });
}

setWasmPaths(`${wasm}/`);
setThreadsCount(1);
await tf.setBackend("wasm");
const model = await loadOriginal();
for (const { name, height, width } of JSON.parse(read(workFolder, "pictures.json"))) {
  const picture = tf.tensor(read(workFolder, `${name}.rgb`), [1, height, width, 3], "int32");
  const [scores, boxes] = await model.executeAsync(picture, ["Postprocessor/Slice", "Postprocessor/ExpandDims_1"]);
  writeFileSync(join(workFolder, `${name}.boxes`), await boxes.data());
  writeFileSync(join(workFolder, `${name}.scores`), await scores.data());
  tf.dispose([picture, scores, boxes]);
}
