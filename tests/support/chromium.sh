#!/usr/bin/env bash
# Runs Chromium for as long as the test process lives and no longer, however that process ends, then removes its
# profile (GENKAN_TEST_PROFILE). A browser shared by all tests is never dropped by them, so somebody else has to end it.
set -u

for name in chromium chromium-browser google-chrome; do
    browser=$(command -v "$name") && break
done

"${browser:?no Chromium found: tests/run.sh installs it}" "$@" &
chromium=$!
tail --pid="$PPID" -f /dev/null &
parent=$!

wait -n
kill "$chromium" "$parent" 2>/dev/null
wait
rm -rf -- "${GENKAN_TEST_PROFILE:?}"
