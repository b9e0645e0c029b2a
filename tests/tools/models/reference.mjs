// Runs the detector's original graph under TensorFlow.js: node reference.mjs MODEL_DIR WORK_DIR
// WORK_DIR holds pictures.json, [{name, height, width}], and each picture's bytes as NAME.rgb. The results are
// NAME.boxes, (1917, 4) float32: y0, x0, y1, x1, and NAME.scores, (1917, 90) float32.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { detect, loadModel } from "./tfjs.mjs";

const [modelDir, workDir] = process.argv.slice(2);
const model = await loadModel(modelDir);
for (const { name, height, width } of JSON.parse(readFileSync(join(workDir, "pictures.json")))) {
  const { scores, boxes } = await detect(model, readFileSync(join(workDir, `${name}.rgb`)), height, width);
  writeFileSync(join(workDir, `${name}.boxes`), boxes);
  writeFileSync(join(workDir, `${name}.scores`), scores);
}
