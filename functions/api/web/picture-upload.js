// Upload a picture: make a large one smaller, send it to the bucket, and let the app check it.

import { ApiError, request } from "./api-client.js";

/** What the app reads. Safari turns a HEIC file that is chosen into one of these, on a Mac into the first. */
export const FORMATS = ["image/jpeg", "image/png", "image/webp", "image/gif"];

const MAX_BYTES = 15 * 1024 * 1024;
const MAX_SIDE = 2048; // of a picture as the app stores it
const QUALITY = 0.92;
const PREVIEW_SIDE = 300;

const TOO_LARGE = "This picture is larger than 15 MB. Choose a smaller one.";
const NO_PICTURE = "This file is not a picture. Choose a photo or drawing, such as a JPEG or PNG file.";
const INTERRUPTED = "The upload was interrupted. Check your connection and try again.";
const REFUSED = "The upload was refused. Try again.";

const picturePath = (id) => `/api/pictures/${encodeURIComponent(id)}`;

export const getPictures = () => request("GET", "/api/pictures");
export const deletePicture = (id) => request("DELETE", picturePath(id));

/** Draw a picture on a canvas of its own size times `scale`, on white where it is transparent. */
function draw(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** What to upload, and a preview of it; null if the browser cannot read the file, which the app may.
 *
 * A browser may read formats that the app does not, such as HEIC in Safari. */
async function prepare(file) {
  // It turns the picture as its orientation says.
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (bitmap === null) return { blob: file, preview: null };
  const side = Math.max(bitmap.width, bitmap.height);
  const preview = draw(bitmap, Math.min(1, PREVIEW_SIDE / side));
  const isUploaded = side <= MAX_SIDE && FORMATS.includes(file.type);
  const canvas = !isUploaded && draw(bitmap, Math.min(1, MAX_SIDE / side));
  bitmap.close();
  const blob = canvas && (await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY)));
  return { blob: blob || file, preview };
}

/** Send a file with the fields of a presigned POST. Raises ApiError. */
function post({ url, fields }, blob, { onProgress, signal }) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ "Content-Type": blob.type, ...fields })) form.append(name, value);
  form.append("file", blob); // S3 ignores what comes after it
  return new Promise((resolve, reject) => {
    const upload = new XMLHttpRequest(); // fetch does not tell how far an upload is
    const fail = (code, message) => reject(new ApiError(upload.status, code, message));
    upload.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    upload.addEventListener("load", () => {
      if (upload.status < 300) resolve();
      else if (upload.responseText.includes("EntityTooLarge")) fail("picture_too_large", TOO_LARGE);
      else fail("refused", REFUSED);
    });
    upload.addEventListener("error", () => fail("offline", INTERRUPTED));
    signal.addEventListener("abort", () => upload.abort());
    upload.addEventListener("abort", () => reject(signal.reason));
    upload.open("POST", url);
    upload.send(form);
  });
}

/** Upload a file and return its picture. Raises ApiError, or an AbortError after `signal`.
 *
 * `onPreview(canvas)` is called before the upload if the browser can read the file, `onProgress(share)` during it. */
export async function uploadPicture(file, { onPreview, onProgress, signal }) {
  if (!file.type.startsWith("image/") && file.type) throw new ApiError(0, "picture_kind", NO_PICTURE);
  const { blob, preview } = await prepare(file);
  if (preview) onPreview(preview);
  if (blob.size > MAX_BYTES) throw new ApiError(0, "picture_too_large", TOO_LARGE);
  const { picture_id: id, upload } = await request("POST", "/api/pictures");
  signal.throwIfAborted();
  await post(upload, blob, { onProgress, signal });
  return request("POST", `${picturePath(id)}/import`, undefined, { idempotent: true });
}
