#!/bin/sh
# Builds what is measured, makes the virtual environment if need be and runs compare.py with the arguments given.
# Usage: [VENV=folder] [WORK=folder on the disk to measure] compare.sh [--rounds N] [--age N] [--write RESULTS.md]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=${VENV:-$root/.venv-bench}
"$root/scripts/need" build
"$root/scripts/build" release sqlite-bench
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install -q -r "$here/requirements.txt"
cc -O2 -o "$root/.build/release/sqlite-raw" "$here/raw.c" -lsqlite3
exec "$venv/bin/python" "$here/compare.py" "$@"
