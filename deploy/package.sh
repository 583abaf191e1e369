#!/usr/bin/env bash
# Makes the Debian package, and prints where it lies: deploy/package.sh [BINARY]. Without a binary one is built for release,
# with OpenSSL inside, so that it runs on other machines than this one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${CARGO_TARGET_DIR:-$PWD/target}
binary=${1:-}
if [ -z "$binary" ]; then
    cargo build --locked --profile dist --features vendored
    binary=$target/dist/genkan
fi
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
architecture=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf -- "$stage"' EXIT

put() { install -D -m "$1" "$2" "$stage/$3"; }

put 755 "$binary" usr/bin/genkan
put 644 deploy/genkan.service usr/lib/systemd/system/genkan.service
put 644 deploy/genkan.sysusers usr/lib/sysusers.d/genkan.conf
put 644 deploy/genkan.tmpfiles usr/lib/tmpfiles.d/genkan.conf
put 644 LICENSE usr/share/doc/genkan/copyright
put 644 config/default.toml usr/share/doc/genkan/default.toml
for file in README.md nginx.conf Caddyfile; do
    put 644 "deploy/$file" "usr/share/doc/genkan/deploy/$file"
done

mkdir "$stage/DEBIAN"
cat >"$stage/DEBIAN/control" <<CONTROL
Package: genkan
Version: $version
Architecture: $architecture
Maintainer: Genkan
Section: net
Priority: optional
Depends: libc6, libpq5, systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles
Description: OpenID Connect provider with passkey login for clinics and hospitals
 All of a clinic's systems send their people here; they sign in once with a passkey. What to do after installing
 stands in /usr/share/doc/genkan/deploy/README.md.
CONTROL
cat >"$stage/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    systemd-sysusers genkan.conf
    systemd-tmpfiles --create genkan.conf
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        # After an upgrade; a first start waits for `genkan init`.
        systemctl try-restart genkan.service
    fi
fi
POSTINST
cat >"$stage/DEBIAN/prerm" <<'PRERM'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl disable --now genkan.service
fi
PRERM
chmod 755 "$stage/DEBIAN/postinst" "$stage/DEBIAN/prerm"

package=$target/genkan_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$stage" "$package" >&2
echo "$package"
