#!/usr/bin/env bash
# Kills the server in the middle of the bench, again and again, and looks for everything that it had answered: in the
# audit trail and in the tables, after the same store was served once more. Fails on any loss.
# usage: kill9.sh GENKAN BENCH [ROUNDS]. GENKAN_TEST_POSTGRES (tests/support/postgres.sh) adds the same on PostgreSQL.
set -euo pipefail
genkan=$(realpath "$1") bench=$(realpath "$2") rounds=${3:-3}
home=$(mktemp -d)
server=

stop() {
    [ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
    rm -rf -- "$home"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# serve FOLDER PORT: returns once it answers.
serve() {
    (cd "$1" && exec "$genkan" serve) 2>>"$1/log" &
    server=$!
    for _ in $(seq 600); do
        if (: <"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then return; fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    cat "$1/log" >&2
    echo "The server did not start." >&2
    exit 1
}

# Once something has been answered the server dies, each time a little later.
kill_in_the_middle() {
    local journal=$1 round=$2
    until [ -s "$journal" ]; do
        kill -0 "$driver" 2>/dev/null || { cat "$journal".err >&2; exit 1; }
        sleep 0.01
    done
    sleep "$((round % 2)).$((round * 37 % 90 + 10))"
    kill -9 "$server"
    wait "$server" 2>/dev/null || true
    server=
}

# rounds_on NAME STORE_URL
rounds_on() {
    local name=$1 store=$2 folder=$home/$1 port round operation driver said
    mkdir "$folder"
    port=$(free_port)
    "$bench" seed "$folder" --port "$port" --store "$store"
    for round in $(seq "$rounds"); do
        serve "$folder" "$port"
        operation=$(printf '%s\n' code-flow refresh password | sed -n "$((round % 3 + 1))p")
        "$bench" drive --target "$folder/target.json" --pid "$server" --count 1000000 --journal "$folder/journal" \
            "$operation" >>"$folder/driven" 2>"$folder/journal.err" &
        driver=$!
        kill_in_the_middle "$folder/journal" "$round"
        wait "$driver"
        serve "$folder" "$port"
        (cd "$folder" && "$genkan" audit export --json) >"$folder/export"
        said=$("$bench" compare "$folder" --journal "$folder/journal" --export "$folder/export")
        echo "$name, round $round, $operation: $said"
        kill "$server" && wait "$server" || true
        server=
        rm "$folder/journal"
    done
    echo "test faults::kill9::on_$name::nothing_that_was_answered_is_lost ... ok"
}

rounds_on sqlite "sqlite:$home/sqlite/genkan.db"
if [ -n "${GENKAN_TEST_POSTGRES:-}" ]; then
    database=genkan_kill9_$$
    psql --quiet "$GENKAN_TEST_POSTGRES" --command "CREATE DATABASE $database"
    rounds_on postgres "${GENKAN_TEST_POSTGRES/\/postgres?//$database?}"
fi
