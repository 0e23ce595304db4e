#!/usr/bin/env bash
# Measures the reading of statements beside pdfplumber, holds what is found against the truth, and says so in a table.
# Usage: [VENV=folder] [WORK=folder for files] compare.sh [OPTION…]; compare.sh --help lists them.
# Debian's poppler-utils must be installed.
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

case " $* " in
*" --help "* | *" -h "*) exec python3 Benchmarks/expenses/compare.py --help ;;
esac
command -v pdftotext >/dev/null || fail "pdftotext was not found; install Debian's package poppler-utils."
scripts/need build
scripts/build release expenses-bench
venv=${VENV:-.build/expenses-bench-venv} wanted=Benchmarks/expenses/requirements.txt
[[ -x $venv/bin/python ]] || python3 -m venv "$venv"
if ! cmp -s "$wanted" "$venv/installed"; then
    "$venv/bin/pip" install -q --disable-pip-version-check --no-deps --require-hashes -r "$wanted"
    cp "$wanted" "$venv/installed"
fi
exec "$venv/bin/python" Benchmarks/expenses/compare.py "$@"
