#!/usr/bin/env bash
# Starts a demo in a throw-away folder, registers a client at it while it runs, and signs in with two client libraries
# that know nothing of Genkan. usage: sign_in.sh GENKAN PYTHON. Says its results as cargo test does.
set -euo pipefail
genkan=$1 python=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$(mktemp -d)
export REDIRECT_URI=http://localhost:9/callback

# One for the provider, two next to each other for the sample applications, two for Apache and Orthanc.
free_ports() {
    "$python" - <<'PY'
import socket

def bound(port=0):
    s = socket.socket()
    s.bind(("127.0.0.1", port))
    return s

def pair():
    while True:
        first = bound()
        try:
            return first, bound(first.getsockname()[1] + 1)
        except (OSError, OverflowError):
            pass

held = [bound(), *pair(), bound(), bound()]
print(*(held[at].getsockname()[1] for at in (0, 1, 3, 4)))
PY
}

stop() {
    kill "$demo" 2>/dev/null || true
    wait "$demo" 2>/dev/null || true
    rm -rf -- "$home"
}

wait_for_demo() {
    for _ in $(seq 300); do
        [ -s "$home/demo/demo.json" ] && return
        kill -0 "$demo" 2>/dev/null || break
        sleep 0.1
    done
    cat "$home/log" >&2
    echo "The demo did not start." >&2
    exit 1
}

# from FILE EXPRESSION: a value of a JSON document `d`.
from() { "$python" -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$@"; }

# sign_in NAME AUTH_METHOD COMMAND…
sign_in() {
    local name=$1 method=$2
    shift 2
    "$genkan" client add --config "$home/demo/genkan.toml" --name "$name" --redirect-uri "$REDIRECT_URI" --type web \
        --auth-method "$method" --scope "openid profile email offline_access" --grants "authorization_code refresh_token" \
        --json >"$home/client.json"
    CLIENT_ID=$(from "$home/client.json" 'd["client_id"]')
    CLIENT_SECRET=$(from "$home/client.json" 'd["client_secret"]')
    export CLIENT_ID CLIENT_SECRET
    if CLIENT_AUTH=$method "$@" >"$home/claims.json"; then
        echo "test clients::$name::$method::signs_in_and_verifies ... ok"
        tr -s ' \n' ' ' <"$home/claims.json"
        echo
    else
        echo "test clients::$name::$method::signs_in_and_verifies ... FAILED"
        failed=1
    fi
}

read -r port app_port PORT ORTHANC_PORT <<<"$(free_ports)"
"$genkan" demo --dir "$home/demo" --listen "127.0.0.1:$port" --app-listen "127.0.0.1:$app_port" >"$home/log" 2>&1 </dev/null &
demo=$!
trap stop EXIT
trap 'exit 130' INT TERM HUP
wait_for_demo

ISSUER=$(from "$home/demo/demo.json" 'd["issuer"]')
EMAIL=$(from "$home/demo/demo.json" '[u["email"] for u in d["users"] if u["for_scripts"]][0]')
PASSWORD=$(from "$home/demo/demo.json" '[u["password"] for u in d["users"] if u["for_scripts"]][0]')
export ISSUER EMAIL PASSWORD PORT ORTHANC_PORT

failed=0
for method in client_secret_basic client_secret_post; do
    sign_in openid-client "$method" node "$here/openid-client.mjs"
    sign_in authlib "$method" "$python" "$here/authlib_client.py"
done
"$here/apache.sh" "$genkan" "$home/demo/genkan.toml" "$python" || failed=1
[ "$failed" -eq 0 ]
