#!/usr/bin/env bash
# Measures the PostgreSQL store beside the server's raw limit and its peers, and says so in a table.
# Usage: [VENV=folder] [WORK=folder on the disk to measure] compare.sh [OPTION…]; compare.sh --help lists them.
. "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

case " $* " in
*" --help "* | *" -h "*) exec python3 Benchmarks/postgres/compare.py --help ;;
esac
prepare
exec "$python" Benchmarks/postgres/compare.py "$@"
