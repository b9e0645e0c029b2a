#!/usr/bin/env bash
# `build.sh LAYER FOLDER`: one layer, for PYTHON_RUNTIME, and for Lambda or, with LAYER_PLATFORM=host, for this machine.
# The folder of a layer holds its pins, and the packages of ours and the models that go with them.
# A script, and no recipe: macOS has a Make that lacks .ONESHELL, and a Bash of version 3.
set -euo pipefail

runtime=${PYTHON_RUNTIME:-python3.11}
case $runtime in
  python3.11) platform=x86_64-manylinux2014 ;;    # Amazon Linux 2, glibc 2.26
  python3.13) platform=x86_64-manylinux_2_34 ;;   # Amazon Linux 2023, glibc 2.34
  *) echo "There are no pins for $runtime: PYTHON_RUNTIME is python3.11 or python3.13." >&2; exit 1 ;;
esac
on="--python-platform $platform"
if [ "${LAYER_PLATFORM:-lambda}" = host ]; then on=; fi

layer=$(tr '[:upper:]' '[:lower:]' <<<"$1")
python=$2/python
mkdir -p "$python"

pins=$layer/requirements-$runtime.txt
if [ -f "$pins" ]; then
  command -v uv >/dev/null || { echo "uv is missing: run 'make setup', then 'make layers'." >&2; exit 1; }
  # shellcheck disable=SC2086  # two words, or none
  uv pip install --quiet --no-deps --require-hashes --only-binary :all: --python-version "${runtime#python}" $on \
    --target "$python" -r "$pins"
fi
for package in "$layer"/*/; do
  if [ -f "$package/__init__.py" ]; then cp -R "${package%/}" "$python/"; fi
done

# What inference and serving do not read: tests, headers, type stubs, and what the packages carry for other uses.
find "$python" -depth \( -name tests -o -name include -o -name __pycache__ -o -name bin \) -type d -exec rm -rf {} +
find "$python" \( -name '*.pyi' -o -name '*.pxd' -o -name '*.h' -o -name '*.a' -o -name .lock \) -type f -delete
rm -rf "$python"/*.dist-info/sboms
rm -rf "$python"/numpy/{distutils,f2py,testing,array_api,doc,_pyinstaller,matlib.py,lib/recfunctions.py}
rm -rf "$python"/numpy/ma/{testutils,timer_comparison,mrecords}.py
rm -f "$python"/numpy/*core/_{simd,umath_tests,rational_tests,struct_ufunc_tests,operand_flag_tests}.*
rm -rf "$python"/PIL/_{avif,imagingcms,imagingmorph,imagingtk}* "$python"/pillow.libs/lib{avif,lcms2}*
rm -f "$python"/PIL/{ImageCms,ImageGrab,ImageMorph,ImageTk,ImageWin,PdfParser}.py
# Those of Pillow's formats that pictures may have, and what these import.
find "$python" -name '*ImagePlugin.py' ! -name 'Bmp*' ! -name 'Gif*' ! -name 'Jpeg[!2]*' ! -name 'Mpo*' ! -name 'Png*' \
  ! -name 'Ppm*' ! -name 'Tiff*' ! -name 'WebP*' -delete
rm -rf "$python"/pydantic/{v1,mypy.py}
rm -f "$python"/aws_lambda_powertools/event_handler/openapi/swagger_ui/*.{js,css}
rm -rf "$python"/aws_lambda_powertools/utilities/{auth_alpha,batch,circuit_breaker,data_masking,feature_flags,idempotency} \
  "$python"/aws_lambda_powertools/utilities/{kafka,parser,streaming}
rm -rf "$python"/openai/{types,resources}/{admin,audio,beta,containers,conversations,evals,fine_tuning,live,realtime,safety} \
  "$python"/openai/{types,resources}/{skills,uploads,vector_stores,webhooks}
# The shared library is for programs in other languages; Python's module holds all of it once more.
rm -rf "$python"/onnxruntime/{datasets,quantization,tools,transformers,backend} "$python"/onnxruntime/capi/libonnxruntime.so*
if [ -d "$python/ai_edge_litert" ]; then
  # The interpreter; not the compiler, the accelerators and their vendors' plug-ins.
  find "$python/ai_edge_litert" -mindepth 1 -maxdepth 1 ! -name __init__.py ! -name interpreter.py ! -name 'metrics_*.py' \
    ! -name '*_interpreter_wrapper.*' ! -name 'libpywrap_litert_common.*' -exec rm -rf {} +
fi

case $layer in
  detector) models="detector_model/detector.onnx" ;;
  painter) models="pictograms/materialdesignicons.ttf pictograms/notoemoji.ttf" ;;
  stylizer) models="style_networks/transfer_768.tflite style_networks/predict_256.tflite" ;;
  *) models= ;;
esac
for model in $models; do
  test -f "$python/$model" || { echo "The models are not built: run 'make models'." >&2; exit 1; }
done

# Layers are read-only: what is not compiled here, every cold start compiles. Its sources are not looked at again, since
# their times do not survive the way to Lambda; without build paths and in order, so that the same sources give the same
# bytes. Each Python takes its own bytecode alone, so where it is not on this machine there is none.
version=${runtime#python}
interpreter=$(PYENV_VERSION=$version uv python find --system --no-python-downloads "$version" 2>/dev/null || true)
if [ -n "$interpreter" ]; then
  "$interpreter" -I -m compileall -q -f --invalidation-mode unchecked-hash -s "$2" -p /opt "$python"
fi
