#!/usr/bin/env bash
# Installs Cover Art in your AWS account, or upgrades it: ./install.sh [options], see ./install.sh --help
# It needs what AWS CloudShell has: bash and Python 3 (3.9 or later) with boto3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

sha256sum --check --quiet SHA256SUMS || { echo "The bundle is damaged. Download and unpack it again." >&2; exit 1; }
python=${PYTHON:-python3}
if ! "$python" -c 'import sys, boto3; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
  echo "Python 3.9 or later with boto3 is missing: run this in AWS CloudShell, or: pip install boto3" >&2
  exit 1
fi

command=install
case "${1:-}" in
  configure | check-deployed | forget | destroy) command=$1 && shift ;;
  --remove) command=destroy && shift ;;
esac
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=.:functions.zip exec "$python" -m scripts.owner "$command" "$@"
