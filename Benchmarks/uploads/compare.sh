#!/usr/bin/env bash
# Measures uploads of large files, on disk beside nginx's WebDAV and to S3, and says so in a table.
# Usage: [WORK=folder on the disk to measure] compare.sh [--size 5GiB] [OPTION…]; compare.sh --help lists them.
# Debian's nginx must be installed.
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

case " $* " in
*" --help "* | *" -h "*) exec python3 Benchmarks/uploads/compare.py --help ;;
esac
PATH=$PATH:/usr/sbin command -v nginx >/dev/null || fail "nginx was not found; install Debian's package nginx."
command -v curl >/dev/null || fail "curl was not found; install Debian's package curl."
scripts/need build
scripts/build release lockstep
export PATH=$PATH:/usr/sbin
exec python3 Benchmarks/uploads/compare.py "$@"
