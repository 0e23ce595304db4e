#!/usr/bin/env bash
# Says where the time of W1 goes: statements, processor time of both sides, WAL and index bytes per job, and, where
# perf is installed, functions.
# Usage: [VENV=folder] [WORK=folder on the disk to measure] profile.sh [OPTION…]; profile.sh --help lists them.
. "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

case " $* " in
*" --help "* | *" -h "*) exec python3 Benchmarks/postgres/costs.py --help ;;
esac
prepare
exec "$python" Benchmarks/postgres/costs.py "$@"
