#!/usr/bin/env bash
# Installs a build into a folder of its own, builds tests/example against the package there, and looks at what its tests print:
# the correct consumer passes, the broken one fails with shrunk deviations and a token, and the token is that failure again.
#
#   tests/package/example.sh BUILD_DIR CXX [SANITIZERS]
set -euo pipefail
readonly build=$1 compiler=$2 sanitizers=${3:-}
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly work=$build/example

fail() {
  echo "example: $*" >&2
  exit 1
}
quietly() {  # COMMAND...: its output only where it fails
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "\`$*\` failed"; }
}
shows() {  # TEXT...: the report holds each of them
  local text
  for text in "$@"; do
    grep -qF -- "$text" "$work/report" || { cat "$work/report" >&2; fail "the report does not show '$text'"; }
  done
}

mkdir -p "$work"
rm -rf "$work/prefix"
quietly cmake --install "$build" --prefix "$work/prefix"

flags=(-DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_PREFIX_PATH=$work/prefix")
if command -v ninja >/dev/null; then flags+=(-G Ninja); fi
if command -v ccache >/dev/null; then flags+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
if [[ -n $sanitizers ]]; then flags+=("-DCMAKE_CXX_FLAGS=-fsanitize=$sanitizers"); fi
quietly cmake -S "$source_dir/tests/example" -B "$work/build" "${flags[@]}"
grep -q "Weir_DIR:PATH=$work/prefix/" "$work/build/CMakeCache.txt" || fail "another Weir than the one just installed was found"
quietly cmake --build "$work/build"
readonly test=$work/build/mirror_test

quietly "$test"

if "$test" '[.broken]' >"$work/report" 2>&1; then fail "the broken consumer passed"; fi
shows 'Falsifiable after ' 'RC_ASSERT(trial.play().holds())' "the calm run of 'orders-mirror', but for" '  workload.op at client ' 'breaks O-CONV: ' 'token weir1.'
deviations=$(grep -cE '^  [0-9]+(us|ms|s|min|h).*  [a-z_]+\.[a-z_]+ at ' "$work/report") || true
[[ $deviations -ge 1 && $deviations -le 3 ]] || { cat "$work/report" >&2; fail "$deviations deviations are left"; }

if "$test" '[.never]' >"$work/never" 2>&1; then fail "the consumer that never works passed"; fi
grep -q 'breaks O-LIVE: .*its last attempt failed at .*: not today' "$work/never" || { cat "$work/never" >&2; fail "the report does not say why nothing was done"; }

token=$(grep -oE 'weir1\.[A-Za-z0-9_-]+' "$work/report" | head -n 1)
WEIR_TOKEN=$token quietly "$test" '[.replay]'
echo "example: installed, built and run; the broken consumer shrank to $deviations deviations, and its token is that failure again"
