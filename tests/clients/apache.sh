#!/usr/bin/env bash
# Puts Apache with mod_auth_openidc in front of Orthanc, configured by what Genkan prints for it and by nothing else that
# concerns OpenID Connect, and has somebody sign in through it, be known there, and sign out. Needs ISSUER, EMAIL,
# PASSWORD, and a free PORT. usage: apache.sh GENKAN CONFIG PYTHON. Says its result as cargo test does.
set -euo pipefail
genkan=$1 config=$2 python=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$(mktemp -d)
modules=/usr/lib/apache2/modules
base=http://localhost:$PORT

stop() {
    kill "${orthanc:-}" "${apache:-}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf -- "$home"
}
trap stop EXIT

"$genkan" client add --config "$config" --name "Orthanc" --redirect-uri "$base/redirect_uri" \
    --post-logout-uri "$base/system" --start-uri "$base/" --first-party --json >"$home/client.json"
from() { "$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$home/client.json" "$1"; }
"$genkan" client show --config "$config" "$(from client_id)" --configuration orthanc |
    sed "s|CLIENT_SECRET|$(from client_secret)|; s|127.0.0.1:8042|127.0.0.1:$ORTHANC_PORT|" >"$home/genkan.conf"

cat >"$home/orthanc.json" <<JSON
{ "HttpPort": $ORTHANC_PORT, "DicomServerEnabled": false, "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
  "StorageDirectory": "$home/storage", "IndexDirectory": "$home/storage" }
JSON
Orthanc "$home/orthanc.json" >"$home/orthanc.log" 2>&1 &
orthanc=$!

{
    for module in mpm_event authn_core authz_core authz_user proxy proxy_http auth_openidc; do
        echo "LoadModule ${module}_module $modules/mod_$module.so"
    done
    cat <<CONF
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile $home/apache.pid
ErrorLog $home/apache.log
User www-data
Group www-data
CONF
    cat "$home/genkan.conf"
    # What a claim opens and what it does not.
    cat <<CONF
<Location "/patients">
  Require claim "email:$EMAIL"
</Location>
<Location "/studies">
  Require claim "email:nobody@example.jp"
</Location>
CONF
} >"$home/apache.conf"
PATH=$PATH:/usr/sbin apache2 -f "$home/apache.conf" -DFOREGROUND >"$home/apache.out" 2>&1 &
apache=$!

if BASE=$base "$python" "$here/apache_client.py" >"$home/seen" 2>&1; then
    echo "test clients::mod_auth_openidc::lets_people_into_orthanc_and_out_again ... ok"
else
    echo "test clients::mod_auth_openidc::lets_people_into_orthanc_and_out_again ... FAILED"
    cat "$home/seen" "$home/apache.out" "$home/apache.log" "$home/orthanc.log"
    exit 1
fi
cat "$home/seen"
