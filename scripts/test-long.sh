#!/usr/bin/env bash
# Fuzzes every fuzz target of the tree in turn, runs the properties with many more cases, and breaks
# records in many more ways. CHARGENOTE_FUZZ_TIME (30s) is the time of one target, CHARGENOTE_MUTATIONS
# (20000) how many broken records are read, and CHARGENOTE_MUTATION_SEED where their choice begins.
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

# Broken records: 24 mutators, each with its tally, and what the inputs cost. Official examples are
# broken too, where there are any.
mutations=${CHARGENOTE_MUTATIONS:-20000}
examples=${CHARGENOTE_CORPUS:-../shared/corpus}
if [[ -d $examples ]]; then examples=$(realpath "$examples"); else examples=; fi
tally "broken records (T6), $mutations inputs, examples from ${examples:-nowhere}" \
	env CHARGENOTE_MUTATIONS="$mutations" CHARGENOTE_CORPUS="$examples" go test ./fhir -run '^TestBrokenRecords$' -count 1 -v -timeout 60m

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# fuzz fails too where there is nothing to fuzz, or nothing to begin from.
fuzz() { # PACKAGE TARGET
	go test "$1" -run '^$' -fuzz "^$2\$" -fuzztime "$each" 2>&1 | tee "$log" || return 1
	if ! grep -Eq 'baseline coverage: [0-9]+/([3-9]|[0-9]{2,}) completed' "$log"; then
		echo "$2 of $1 was not fuzzed, or has fewer than 3 seeds"
		return 1
	fi
}

targets=0
while IFS=: read -r file target; do
	targets=$((targets + 1))
	tally "$target of $(dirname "$file")" fuzz "$(dirname "$file")" "$target"
done < <(grep -rho --with-filename --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed 's/:func /:/' | sort)
if ((targets == 0)); then
	echo "no fuzz target was found"
	failed=$((failed + 1))
fi

echo "$targets fuzz targets; $passed passed, $failed failed"
((failed == 0))
