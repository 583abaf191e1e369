#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL server beside it: tests/support/postgres.sh cargo test
# The server listens on loopback only, on a free port, in a temporary folder, as an unprivileged user, and goes however
# the command ends. GENKAN_TEST_POSTGRES holds its address.
set -euo pipefail

programs() {
    if command -v initdb >/dev/null; then
        dirname "$(readlink -f "$(command -v initdb)")"
    else
        # The newest of those that Debian and Ubuntu keep out of PATH.
        find /usr/lib/postgresql -path '*/bin/initdb' -printf '%h\n' 2>/dev/null | sort -V | tail -n 1
    fi
}

# PostgreSQL refuses to run as root.
somebody() {
    if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

unprivileged() {
    if [ "$(id -u)" -ne 0 ]; then "$@"; else runuser -u "$(somebody)" -- "$@"; fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

stop() {
    unprivileged "$bin/pg_ctl" --pgdata="$home/data" --mode=immediate stop >/dev/null 2>&1 || true
    rm -rf -- "$home"
}

start() {
    unprivileged "$bin/initdb" --pgdata="$home/data" --username=genkan --auth=trust --encoding=UTF8 --locale=C --no-sync \
        >"$home/log" 2>&1 || return 1
    # What would only cost time in a folder that is thrown away. `synchronous_commit` stays as it is in real use.
    cat >>"$home/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 400
fsync = off
full_page_writes = off
CONF
    unprivileged "$bin/pg_ctl" --pgdata="$home/data" --log="$home/server.log" --wait start >>"$home/log" 2>&1
}

bin=$(programs)
[ -n "$bin" ] || { echo "No PostgreSQL server is installed: tests/run.sh installs it." >&2; exit 1; }
home=$(mktemp -d)
trap stop EXIT
trap 'exit 130' INT TERM HUP
[ "$(id -u)" -ne 0 ] || chown "$(somebody)" "$home"
port=$(free_port)
cd "$home"
start || { cat "$home"/*log >&2; exit 1; }
cd "$OLDPWD"

export GENKAN_TEST_POSTGRES="postgres://genkan@127.0.0.1:$port/postgres?sslmode=disable"
"$@"
