#!/usr/bin/env bash
# Fuzzes every fuzz target of the tree in turn and runs the properties with many more cases.
# CHARGENOTE_FUZZ_TIME (30s) is the time of one target.
set -euo pipefail
cd "$(dirname "$0")/.."
each=${CHARGENOTE_FUZZ_TIME:-30s}
passed=0 failed=0

tally() { # NAME COMMAND...
	local name=$1
	shift
	echo "== $name"
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Every test that uses the property library takes the flag; the others would refuse it.
while read -r package; do
	tally "properties of $package" go test "$package" -rapid.checks=20000
done < <(grep -rl --include='*_test.go' '"pgregory.net/rapid"' . | xargs -r -n1 dirname | sort -u)

while IFS=: read -r file target; do
	tally "$target" go test "$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$each"
done < <(grep -rho --with-filename --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed 's/:func /:/')

echo "$passed passed, $failed failed"
((failed == 0))
