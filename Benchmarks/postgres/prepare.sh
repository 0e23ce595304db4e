# shellcheck shell=bash
# Sourced by compare.sh and profile.sh: strict mode, the root as directory, the program that is measured, and `python`
# with the packages of requirements.txt in a virtual environment below .build.
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

# newest_python: the path of a Python of 3.12 or newer, which Oban for Python wants.
newest_python() {
    local candidate
    for candidate in python3 python3.{14,13,12} "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python; do
        if "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.12 or newer with its module venv was not found; install it, or put it on the PATH."
}

prepare() {
    local venv=${VENV:-.build/postgres-bench-venv} wanted=Benchmarks/postgres/requirements.txt
    scripts/need build
    scripts/build release postgres-bench
    if [[ ! -x $venv/bin/python ]]; then
        local newest
        newest=$(newest_python)
        "$newest" -m venv "$venv"
    fi
    if ! cmp -s "$wanted" "$venv/installed"; then
        "$venv/bin/pip" install -q --disable-pip-version-check -r "$wanted"
        cp "$wanted" "$venv/installed"
    fi
    # shellcheck disable=SC2034 # used by who sources this
    python=$venv/bin/python
}
