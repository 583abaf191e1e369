#!/usr/bin/env bash
# A disk that fills up under a running server, and has room again: a small tmpfs holds the store. Mounting one takes root.
# tests/faults/disk_full.sh target/debug/genkan
set -euo pipefail
genkan=$(readlink -f "${1:?where is the genkan binary?}")

[ "$(id -u)" -eq 0 ] || { echo "skipped: only root may mount a tmpfs"; exit 0; }
place=$(mktemp -d)
server=
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    mountpoint -q "$place/disk" && umount "$place/disk"
    rm -rf -- "$place"
}
trap end EXIT
mkdir "$place/disk"
mount -t tmpfs -o size=4m tmpfs "$place/disk" 2>/dev/null || { echo "skipped: this machine lets nobody mount a tmpfs"; exit 0; }

fail() { echo "disk_full: $*" >&2; exit 1; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port) ops=$(free_port)
cd "$place"
"$genkan" init --issuer "http://localhost:$port" --clinic-name さくら --clinic-contact 101 --admin-email ito@sakura.example \
    --admin-name 伊藤 --admin-kana イトウ >/dev/null
mv genkan.db disk/
cat >>genkan.toml <<CONF
listen = "127.0.0.1:$port"
[operations]
listen = "127.0.0.1:$ops"
[store]
url = "sqlite:disk/genkan.db"
CONF
"$genkan" serve 2>"$place/log" &
server=$!
ready() { curl --silent --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$ops/readyz"; }
for _ in $(seq 100); do [ "$(ready)" = 200 ] && break; sleep 0.1; done
[ "$(ready)" = 200 ] || { cat log >&2; fail "it never was ready"; }

register() { "$genkan" client add --name "$1" --redirect-uri https://app.example/callback --json; }
register before >/dev/null || fail "it cannot write to begin with"

dd if=/dev/zero of=disk/ballast bs=4k 2>/dev/null || true
truncate --size=-256K disk/ballast
count=0
until ! register "client $count" >/dev/null 2>"$place/told"; do
    count=$((count + 1))
    [ "$count" -lt 500 ] || fail "the disk never was full"
done
grep -q "full" told || fail "it did not say why: $(cat told)"
curl --silent --fail --output /dev/null "http://localhost:$port/login" || fail "reading does not go on"

rm disk/ballast
register after >/dev/null || fail "there is room again, and it does not write"
kept=$("$genkan" client list --json | grep -c '"client_id"')
[ "$kept" -eq $((count + 2)) ] || fail "$kept clients are there, $((count + 2)) were acknowledged"
[ "$(ready)" = 200 ] || fail "it is not ready again"
echo "ok: $kept writes acknowledged and kept, around a full disk"
