#!/usr/bin/env bash
# Everything that is checked, on a fresh clone: installs what is missing, starts PostgreSQL by itself, and ends with how
# many tests ran on which database. Stops at the first step that fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/prerequisites.sh

target=${CARGO_TARGET_DIR:-$PWD/target}
mkdir -p "$target"
results=$target/test-results.txt

step() { say "" "== $* (after $SECONDS s)"; }

has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_japanese() { fc-list :lang=ja | grep .; }
# Out of the PATH of everybody but root.
has_nginx() { command -v nginx || test -x /usr/sbin/nginx; }
has_apache() { test -x /usr/sbin/apache2 && test -e /usr/lib/apache2/modules/mod_auth_openidc.so; }
has_postgres() { command -v initdb || find /usr/lib/postgresql -path '*/bin/initdb' | grep .; }

need_for_testing() {
    need_for_building
    need chromium "the browser that signs in with passkeys" has_chromium
    need fontconfig "tells which fonts there are" command -v fc-list
    need fonts-ipafont-gothic "without it Japanese is boxes on the screenshots" has_japanese
    need postgresql "the second database; a throw-away server is started from it" has_postgres
    need nodejs "runs an independent client library, openid-client" command -v node
    need npm "installs it, oidc-client-ts for pages, and axe-core" command -v npm
    need python3-venv "for another independent client library, Authlib" python3 -c 'import ensurepip, venv'
    need sslscan "tries all that a stranger could offer the TLS listener" command -v sslscan
    need nginx-light "stands before Genkan as deploy/nginx.conf has it" has_nginx
    need libapache2-mod-auth-openidc "an application that clinics have: Apache, told about Genkan by what Genkan prints" has_apache
    need orthanc "what it guards: an image server" command -v Orthanc
    need openssl "makes it a certificate" command -v openssl
    need systemd "reads the unit of the package" command -v systemd-analyze
    need strace "shows that a write reached the disk before it was answered" command -v strace
}

check_rust_tools() {
    cargo fmt --version >/dev/null 2>&1 || fail "cargo fmt is missing. Run: rustup component add rustfmt"
    cargo clippy --version >/dev/null 2>&1 || fail "cargo clippy is missing. Run: rustup component add clippy"
}

# Unoptimised: it is built in half the time, and a check takes a second all the same. Stays in the target folder.
get_cargo_deny() {
    PATH="$PATH:$target/tools/bin"
    command -v cargo-deny >/dev/null || cargo install cargo-deny --version 0.20.2 --locked --debug --quiet --root "$target/tools"
}

# Each stays as long as its list of versions.
get_client_libraries() {
    local npm=tests/clients/node_modules/installed.json pip=$target/clients-venv/installed.txt
    if ! cmp -s tests/clients/package-lock.json "$npm"; then
        (cd tests/clients && npm ci --ignore-scripts --no-audit --no-fund)
        cp tests/clients/package-lock.json "$npm"
    fi
    if ! cmp -s tests/clients/requirements.txt "$pip"; then
        rm -rf "$target/clients-venv"
        python3 -m venv "$target/clients-venv"
        "$target/clients-venv/bin/pip" install --quiet --requirement tests/clients/requirements.txt
        cp tests/clients/requirements.txt "$pip"
    fi
}

count() { grep -cE "^test $1 \.\.\. $2\$" "$results" || true; }

# The modules that `on_both_databases!` makes carry the name of their database, those with a browser begin with it.
report() {
    [ -s "$results" ] || return 0
    local passed failed sqlite postgres browser guide
    passed=$(count '.*' ok)
    failed=$(count '.*' FAILED)
    sqlite=$(count '.*on_sqlite.*' ok)
    postgres=$(count '.*on_postgres.*' ok)
    browser=$(count '(guide::)?browser.*' ok)
    guide=$(grep -oE '^test guide::.*g_[0-9]{2}_.* \.\.\. ok$' "$results" | grep -oE 'g_[0-9]{2}' | sort -u | grep -c . || true)
    say "" \
        "On SQLite: $sqlite tests. The same on PostgreSQL: $postgres tests." \
        "On an SQLite of their own or on no database: $((passed - sqlite - postgres)) tests." \
        "Of all these in a real browser: $browser tests." \
        "Of the 46 promises of the guide (tests/it/guide): $guide are shown." \
        "Advisories on dependencies were not checked: their database cannot be fetched from here." \
        "Took $((SECONDS / 60)) min $((SECONDS % 60)) s." \
        "$passed passed, $failed failed"
}

step "What the tests need"
check_rust
check_rust_tools
need_for_testing
install_missing
get_client_libraries

step "Formatting"
cargo fmt --check

step "Bans, licences and sources of dependencies"
get_cargo_deny
cargo deny --log-level error check bans licenses sources

step "Clippy"
cargo clippy --locked --all-targets -- -D warnings

step "Documentation: every link leads somewhere"
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items

step "Tests"
: >"$results"
trap report EXIT
tests/support/postgres.sh cargo test --locked --no-fail-fast --lib --test it | tee -a "$results"

step "Servers killed in the middle of their work: one again and again, three in turn"
cargo build --locked --bin genkan --example bench
tests/support/postgres.sh tests/faults/kill9.sh "$target/debug/genkan" "$target/debug/examples/bench" | tee -a "$results"
tests/support/postgres.sh tests/faults/nodes.py "$target/debug/genkan" "$target/debug/examples/bench"
tests/support/postgres.sh tests/faults/failover.py "$target/debug/genkan" "$target/debug/examples/bench"

step "Whole processes: the package, idle connections, a proxy before it, certificates renewed"
tests/faults/package.sh "$target/debug/genkan"
tests/faults/idle_connections.py "$target/debug/genkan"
tests/faults/disk_full.sh "$target/debug/genkan"
tests/faults/nginx.py "$target/debug/genkan"
tests/faults/certificate.py "$target/debug/genkan"

step "Sign-ins by independent client libraries"
tests/clients/sign_in.sh "$target/debug/genkan" "$target/clients-venv/bin/python" | tee -a "$results"
