#!/usr/bin/env bash
# From a fresh clone to a running demo: installs what is missing, builds, starts. What it is given goes to `genkan demo`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/prerequisites.sh

check_rust
need_for_building
install_missing

say "Building Genkan (the first time takes some minutes)."
cargo build --profile demo --locked
exec cargo run --profile demo --locked --quiet -- demo "$@"
