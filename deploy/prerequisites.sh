# shellcheck shell=bash
# Sourced by deploy/demo.sh and tests/run.sh: finds out what is missing on a Debian or Ubuntu machine, says so with the
# reason, and installs it. Where all is there nothing is asked of apt.

missing=()

say() { printf '%s\n' "$@"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# need PACKAGE WHY TEST…: remembers the package when the test fails.
need() {
    local package=$1 why=$2
    shift 2
    if ! "$@" >/dev/null 2>&1; then
        say "Missing: $package, $why."
        missing+=("$package")
    fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "Installing needs root: run this as root or install sudo."
    fi
}

install_missing() {
    [ "${#missing[@]}" -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "This is no Debian or Ubuntu: please install by hand: ${missing[*]}"
    say "Installing with apt-get: ${missing[*]}"
    as_root apt-get update -q </dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null
    missing=()
}

has_c_headers() { echo '#include <stdio.h>' | cc -E -; }

need_for_building() {
    need gcc "the C compiler: SQLite and the TLS library are built from source" command -v cc
    need libc6-dev "the C library's headers" has_c_headers
    need pkg-config "finds the libraries below" command -v pkg-config
    need libssl-dev "OpenSSL, which signs ID tokens" pkg-config --exists openssl
    need libpq-dev "PostgreSQL's client library" pkg-config --exists libpq
    need ca-certificates "lets cargo trust the registry that it downloads from" test -s /etc/ssl/certs/ca-certificates.crt
}

# Rust comes from rustup or from the distribution, as its owner likes: we only look.
check_rust() {
    local wanted found
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    command -v cargo >/dev/null || PATH="$PATH:$HOME/.cargo/bin"
    command -v cargo >/dev/null ||
        fail "Genkan is built with Rust $wanted or newer, and no cargo was found. Install a toolchain with rustup, then run this again."
    found=$(cargo --version | cut -d ' ' -f 2)
    [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
        fail "Genkan is built with Rust $wanted or newer, and this is $found. Run: rustup update stable"
}
