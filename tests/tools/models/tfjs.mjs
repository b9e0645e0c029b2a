// Loads the detector's original graph and runs it under TensorFlow.js, on WebAssembly with one thread.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import "@tensorflow/tfjs-backend-wasm";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";

export async function loadModel(folder) {
  setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  setThreadsCount(1);
  await tf.setBackend("wasm");
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(folder, "model.json")));
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const shards = weightsManifest.flatMap((group) => group.paths).map((path) => readFileSync(join(folder, path)));
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
  return loadGraphModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) });
}

/** Returns the scores (1917, 90) and boxes (1917, 4) of a picture's RGB bytes. */
export async function detect(model, bytes, height, width) {
  const picture = tf.tensor(bytes, [1, height, width, 3], "int32");
  const [scores, boxes] = await model.executeAsync(picture, ["Postprocessor/Slice", "Postprocessor/ExpandDims_1"]);
  const values = { scores: await scores.data(), boxes: await boxes.data() };
  tf.dispose([picture, scores, boxes]);
  return values;
}
