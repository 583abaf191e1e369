#!/usr/bin/env bash
# Breaks ten of the product's rules in a copy of this tree, one at a time; each must make its test of the guide fail. It
# takes a build of everything and ten of Genkan, some twelve minutes on two idle cores, so it is run by hand.
# usage: broken.sh [ROW...], all of them without one
set -euo pipefail
cd "$(dirname "$0")/../../.."

# row | file | what stands there, once | what takes its place
rules=(
  'g_12|src/passkeys/ceremony.rs|self.client_data.origin == self.site.origin|true'
  'g_14|src/passkeys/ceremony.rs|self.authenticator_data.user_verified()|true'
  'g_15|src/flows/sign_in/passkey.rs|!store::spent::spend(tx, &challenge.id, keep_until)?|!store::spent::spend(tx, &challenge.id, keep_until)? \&\& false'
  'g_17|src/web/layers/origin.rs|text(request.headers(), header::ORIGIN.as_str()) == Some(&state.site.issuer)|!state.site.issuer.is_empty()'
  'g_19|src/domain/user.rs|PASSKEY_LIMIT: i32 = 10|PASSKEY_LIMIT: i32 = 11'
  'g_20|src/passkeys/login.rs|check.passkey.is_enabled()|true'
  'g_22|src/store/passkeys.rs|use_count = use_count + 1|use_count = use_count'
  'g_26|src/domain/user.rs|PASSWORD_FAILURE_LIMIT: i32 = 100|PASSWORD_FAILURE_LIMIT: i32 = 1000'
  'g_33|src/domain/registration/candidate.rs|is_windows_hello(self.aaguid) |false '
  'g_46|src/domain/acr.rs|Custody::Synced => (Acr::Passkey,|Custody::Synced => (Acr::Password,'
)

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
# A target of its own: cargo would take the copy for this tree, and leave its binaries here.
export CARGO_TARGET_DIR=$PWD/target/broken
cd "$copy"

held=0
for rule in "${rules[@]}"; do
  IFS='|' read -r row file stands instead <<<"$rule"
  [[ $# -eq 0 || " $* " == *" $row "* ]] || continue
  cp "$file" whole
  python3 - "$file" "$stands" "${instead//\\/}" <<'BREAK'
import sys
path, stands, instead = sys.argv[1:]
text = open(path).read()
if text.count(stands) != 1:
    sys.exit(f"{path}: {stands!r} stands there {text.count(stands)} times, not once")
open(path, "w").write(text.replace(stands, instead))
BREAK
  if ! cargo test --quiet --locked --test it --no-run 2>errors; then
    cat errors
    echo "$row: what was broken does not compile"
    exit 1
  fi
  if cargo test --quiet --locked --test it -- "::${row}_" >output 2>&1; then
    echo "$row: NOT NOTICED: $file without \"$stands\""
    held=1
  elif grep -q "^test result: FAILED. 0 passed; 1 failed" output; then
    echo "$row: noticed"
  else
    cat output
    exit 1
  fi
  cp whole "$file"
done
exit $held
