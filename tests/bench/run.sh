#!/usr/bin/env bash
# The whole bench: builds, starts everything on loopback, drives it in rounds, and prints the table.
# usage: run.sh [ROUNDS]. Takes some six minutes beyond the build. Needs two cores: one for servers, one for the driver.
# The figures stay in target/bench/figures.json. The release profile: as shipped, without the fat LTO of `dist`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rounds=${1:-5}
servers=0 driver=1
target=${CARGO_TARGET_DIR:-$PWD/target}
yardstick=$PWD/tests/bench/yardstick

installed=$yardstick/node_modules/installed.json
if ! cmp -s "$yardstick/package-lock.json" "$installed"; then
    (cd "$yardstick" && npm ci)
    cp "$yardstick/package-lock.json" "$installed"
fi
cargo build --locked --release --bin genkan --example bench

# Beside the build, since what commits cost is a question of the disk.
home=$target/bench
rm -rf -- "$home"
mkdir -p "$home"
taskset --cpu-list "$driver" "$target/release/examples/bench" suite --genkan "$target/release/genkan" \
    --yardstick "$yardstick" --folder "$home" --core "$servers" --rounds "$rounds" --flows 100000 \
    --json "$home/figures.json" | tee "$home/table.md"
