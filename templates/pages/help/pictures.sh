#!/usr/bin/env bash
# Takes the guide's pictures anew, of the running demo: after a change to a screen that it shows.
set -euo pipefail
cd "$(dirname "$0")/../../.."
cargo test --locked --test it -- browser::pictures
cp target/guide/*.webp templates/assets/
