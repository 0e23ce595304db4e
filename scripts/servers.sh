# shellcheck shell=bash
# Sourced after lib.sh by the scripts that start servers which refuse to run as root, and by those that need one.

# absolute PATH: the path, seen from the folder in which the script was called.
absolute() {
    case "$1" in
    /*) printf '%s' "$1" ;;
    *) printf '%s/%s' "${called_from:-$PWD}" "$1" ;;
    esac
}

# server COMMAND...: runs a command as the user of the server: `postgres` when we are root, else ourselves.
server() {
    if [[ $(id -u) == 0 ]]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# let_go: closes what files we or our caller have open beyond the usual three; called in the subshell that starts a
# server. A server would keep them: our lock for ever, and whoever waits for our end by a pipe or a socket (Swift's
# Process does) would wait for the server's.
let_go() {
    local fd
    for fd in /dev/fd/*; do
        fd=${fd##*/}
        [[ ! $fd =~ ^[0-9]+$ ]] || ((fd < 3 || fd == 255)) || eval "exec $fd>&-"
    done
}

# require_server_user: root needs the user that Debian's package makes.
require_server_user() {
    [[ $(id -u) != 0 ]] || id postgres >/dev/null 2>&1 ||
        fail "Servers do not run as root, and there is no user 'postgres'; install Debian's package postgresql."
}

# make_folder DIR: a folder that the user of the server can reach; one that was there is left as it is.
make_folder() {
    if [[ ! -d $1 ]]; then
        mkdir -p "$1" || fail "The folder '$1' cannot be made."
        [[ $(id -u) != 0 ]] || chmod 711 "$1"
    fi
    [[ -w $1 ]] || fail "The folder '$1' cannot be written."
    server test -x "$1" ||
        fail "The user '$(server id -un)' cannot reach '$1'; allow it on every folder of the path (chmod a+x), or name another folder."
}

# locked DIR: waits until no other call works on the folder, and keeps others out until this script ends.
# Servers are started after `let_go`, or they would hold the lock.
locked() {
    exec 9>"$1/lock"
    ! command -v flock >/dev/null || flock -w 120 9 || fail "Another call has held '$1/lock' for two minutes."
}

# python_packages VENV REQUIREMENTS: the packages of PyPI that a file names, each with its hash, in an environment of their
# own; made or renewed where that is needed, and by one caller at a time.
python_packages() {
    mkdir -p "${1%/*}"
    (
        ! command -v flock >/dev/null || { exec 8>"$1.lock" && flock -w 300 8; }
        [[ -x $1/bin/python ]] || python3 -m venv "$1" ||
            fail "python3 cannot make a virtual environment in $1; install Debian's package python3-venv."
        cmp -s "$2" "$1/installed" && exit
        "$1/bin/pip" install -q --disable-pip-version-check --no-deps --require-hashes -r "$2" && cp "$2" "$1/installed"
    ) >&2
}

# free_port: a port of 127.0.0.1 on which nobody listens, below those that the kernel gives to clients.
free_port() {
    local port
    for _ in {1..200}; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        is_free "$port" && printf '%s' "$port" && return
    done
    fail "No free port was found on 127.0.0.1."
}

# is_free PORT: whether nobody listens there.
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# has_pid FILE: sets `pid` to the number on the file's first line; fails where there is none.
has_pid() {
    pid=
    if [[ -f $1 ]]; then read -r pid <"$1" || true; fi
    [[ $pid =~ ^[0-9]+$ ]]
}

# postgres_for_tests: exports the URL of a superuser's database as LOCKSTEP_POSTGRES; where none is given, that of a
# throw-away server, which ends with this script however it ends. Every test makes a database of its own there.
postgres_for_tests() {
    [[ -z ${LOCKSTEP_POSTGRES-} ]] || return 0
    local cluster
    cluster=$(mktemp -d /tmp/lockstep-test.XXXXXX)
    chmod 711 "$cluster"
    scripts/postgres start "$cluster" --with $$ -- -c max_connections=400 || return 1
    LOCKSTEP_POSTGRES=$(scripts/postgres url "$cluster")
    export LOCKSTEP_POSTGRES
}

# s3_for_tests: exports where an S3 storage is as LOCKSTEP_TEST_S3 (scripts/s3 url); where none is given, that of a
# throw-away server, which ends with this script however it ends. Every test writes under keys of its own.
s3_for_tests() {
    [[ -z ${LOCKSTEP_TEST_S3-} ]] || return 0
    local folder
    folder=$(mktemp -d /tmp/lockstep-s3.XXXXXX)
    scripts/s3 start "$folder" --with $$ || return 1
    LOCKSTEP_TEST_S3=$(scripts/s3 url "$folder")
    export LOCKSTEP_TEST_S3
}
