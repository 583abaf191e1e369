#!/usr/bin/env bash
# The Debian package has everything in its place, and its unit is sound and closed: tests/faults/package.sh target/debug/genkan
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Small is not asked for here, quick is.
package=$(DPKG_DEB_COMPRESSOR_TYPE=none deploy/package.sh "$1")
unpacked=$(mktemp -d)
trap 'rm -rf -- "$unpacked"' EXIT
dpkg-deb --extract "$package" "$unpacked"
dpkg-deb --control "$package" "$unpacked/DEBIAN"

for script in "$unpacked"/DEBIAN/{postinst,prerm}; do
    [ -x "$script" ] && sh -n "$script"
done
for file in bin/genkan lib/systemd/system/genkan.service lib/sysusers.d/genkan.conf lib/tmpfiles.d/genkan.conf \
    share/doc/genkan/default.toml share/doc/genkan/deploy/README.md; do
    [ -s "$unpacked/usr/$file" ] || { echo "$file is not in the package" >&2; exit 1; }
done
"$unpacked/usr/bin/genkan" --version
unit=$unpacked/usr/lib/systemd/system/genkan.service
# The exposure is 2.0 of 10, most of it for being on the network at all.
systemd-analyze security --offline=yes --threshold=20 "$unit" >/dev/null
# Where the program is not installed the unit is tried with the one from the package.
sed "s|^ExecStart=/usr/bin/genkan|ExecStart=$unpacked/usr/bin/genkan|" "$unit" >"$unpacked/genkan.service"
said=$(systemd-analyze verify --man=no "$unpacked/genkan.service" 2>&1 | grep genkan.service || true)
[ -z "$said" ] || { echo "$said" >&2; exit 1; }
echo "the package has everything in its place"
