# shellcheck shell=bash
# Sourced by every script: strict mode, the repository's root as directory, and a few words to say things with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
SWIFT=${SWIFT:-swift}
# shellcheck disable=SC2034 # used by the scripts that build
read -ra SWIFT_FLAGS <<<"${SWIFT_BUILD_FLAGS:-}" || true

# fail SENTENCE: says why on standard error and ends the script.
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# minutes SECONDS: seconds as minutes with one decimal.
minutes() { printf '%d.%d' $(($1 / 60)) $(($1 % 60 / 6)); }
