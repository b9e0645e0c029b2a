#!/usr/bin/env bash
# `build.sh LAYER FOLDER` builds one layer for Lambda (python3.13 on Amazon Linux 2023, x86_64) or, with
# LAYER_PLATFORM=host, for this machine. A layer's folder holds its pins and the packages and models that go with them.
# A script, and no recipe: macOS has a Make that lacks .ONESHELL, and a Bash of version 3.
set -euo pipefail

on="--python-platform x86_64-manylinux_2_34"
if [ "${LAYER_PLATFORM:-lambda}" = host ]; then on=; fi

layer=$(tr '[:upper:]' '[:lower:]' <<<"$1")
python=$2/python
mkdir -p "$python"

pins=$layer/requirements.txt
if [ -f "$pins" ]; then
  command -v uv >/dev/null || { echo "uv is missing: run 'make setup', then 'make layers'." >&2; exit 1; }
  # shellcheck disable=SC2086  # two words, or none
  uv pip install --quiet --no-deps --require-hashes --only-binary :all: --python-version 3.13 $on \
    --target "$python" -r "$pins"
fi
for package in "$layer"/*/; do
  if [ -f "$package/__init__.py" ]; then cp -R "${package%/}" "$python/"; fi
done

# Of the programs in bin, which name this machine's interpreter, not even a checksum stays: the same sources give the
# same layer.
find "$python" -name RECORD -type f | while IFS= read -r record; do
  grep -v '^\(\.\./\)*bin/' "$record" >"$record.new" && mv "$record.new" "$record"
done

# Only what is large and never imported: tests, headers, type stubs, and parts of the packages for other uses.
find "$python" -depth \( -name tests -o -name include -o -name __pycache__ -o -name bin \) -type d -exec rm -rf {} +
find "$python" \( -name '*.pyi' -o -name '*.pxd' -o -name '*.h' -o -name '*.a' -o -name .lock \) -type f -delete
rm -rf "$python"/openai/{types,resources}/{admin,audio,beta,evals,fine_tuning,realtime,vector_stores}
# The shared library serves programs in other languages; Python's module holds all of it once more.
rm -rf "$python"/onnxruntime/{quantization,tools,transformers} "$python"/onnxruntime/capi/libonnxruntime.so*
if [ -d "$python/ai_edge_litert" ]; then
  # The interpreter without the compiler, the accelerators and their vendors' plug-ins.
  find "$python/ai_edge_litert" -mindepth 1 -maxdepth 1 ! -name __init__.py ! -name interpreter.py ! -name 'metrics_*.py' \
    ! -name '*_interpreter_wrapper.*' ! -name 'libpywrap_litert_common.*' -exec rm -rf {} +
fi

case $layer in
  detector) models="detector_model/detector.onnx detector_model/classifier.onnx detector_model/faces.onnx detector_model/subject.onnx" ;;
  painter) models="pictograms/masks.zip" ;;
  lettering) models="typefaces/anton.ttf typefaces/chinese.ttf" ;;
  stylizer) models="style_networks/transfer_768.tflite style_networks/predict_256.tflite" ;;
  *) models= ;;
esac
for model in $models; do
  test -f "$python/$model" || { echo "The models are not built: run 'make models'." >&2; exit 1; }
done

# Lambda mounts layers read-only, so every cold start would compile what is not compiled here. Unchecked bytecode needs
# no look at its source, whose time does not survive the upload; without build paths the same sources give the same
# bytes.
interpreter=$(PYENV_VERSION=3.13 uv python find --system --no-python-downloads 3.13)
"$interpreter" -I -m compileall -q -f --invalidation-mode unchecked-hash -s "$2" -p /opt "$python"
