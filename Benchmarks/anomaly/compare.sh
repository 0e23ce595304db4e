#!/bin/sh
# Makes the virtual environment if need be and runs compare.py with the arguments given.
# Usage: [VENV=folder] compare.sh [--pyod-only | --swift-only] [--tables a,b]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${VENV:-$here/../../.venv-bench}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install -q -r "$here/requirements.txt"
exec "$venv/bin/python" "$here/compare.py" "$@"
