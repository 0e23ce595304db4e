#!/usr/bin/env bash
# Measures the HTTP API beside a FastAPI service on the same database, and says so in a table.
# Usage: [VENV=folder] [WORK=folder on the disk to measure] compare.sh [OPTION…]; compare.sh --help lists them.
# Debian's wrk must be installed.
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

case " $* " in
*" --help "* | *" -h "*) exec python3 Benchmarks/http/compare.py --help ;;
esac
command -v wrk >/dev/null || fail "wrk was not found; install Debian's package wrk."
scripts/need build
scripts/build release http-bench
venv=${VENV:-.build/http-bench-venv} wanted=Benchmarks/http/requirements.txt
[[ -x $venv/bin/python ]] || python3 -m venv "$venv"
if ! cmp -s "$wanted" "$venv/installed"; then
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$venv/installed"
fi
exec "$venv/bin/python" Benchmarks/http/compare.py "$@"
