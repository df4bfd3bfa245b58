#!/usr/bin/env bash
# Fuzzes every fuzz target of the tree in turn, runs the properties with many more cases, and breaks
# records in many more ways. CHARGENOTE_FUZZ_TIME (30s) is the time of one target, CHARGENOTE_MUTATIONS
# (20000) how many broken records are read, and CHARGENOTE_MUTATION_SEED where their choice begins.
# Published examples of FHIR are read, and broken, where they can be had: those of CHARGENOTE_CORPUS
# (../shared/corpus), and HL7's test cases.
set -euo pipefail
cd "$(dirname "$0")/.."
each=${CHARGENOTE_FUZZ_TIME:-30s}
passed=0 failed=0
unable=()

tally() { # NAME COMMAND...
	local name=$1
	shift
	echo "== $name"
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Every test that uses the property library takes the flag; the others would refuse it.
while read -r package; do
	checks=20000
	[[ $package == ./internal/journal ]] && checks=2000 # each walk opens a store many times
	tally "properties of $package" go test "$package" -rapid.checks="$checks"
done < <(grep -rl --include='*_test.go' '"pgregory.net/rapid"' . | xargs -r -n1 dirname | sort -u)

tally "every page in every theme and width, frames loaded a hundred times" \
	env CHARGENOTE_LONG=1 go test ./integration -count=1 -timeout 30m -run '^(TestAccessible|TestTwoFrames|TestBrowserTwoFrames)'

corpus=${CHARGENOTE_CORPUS:-../shared/corpus}
if [[ -d $corpus ]]; then
	corpus=$(realpath "$corpus")
	tally "official examples" env CHARGENOTE_CORPUS="$corpus" go test ./fhir -count=1 -v -run '^TestOfficialExamples$'
else
	corpus=
	unable+=("official examples: CHARGENOTE_CORPUS names no directory of them")
fi
if cases=$(scripts/fhir-test-cases.sh); then
	tally "HL7's test cases" env CHARGENOTE_CORPUS="$cases" go test ./fhir -count=1 -v -run '^TestOfficialExamples$'
else
	unable+=("HL7's test cases: they could not be had")
fi

# Broken records: 24 mutators, each with its tally, and what the inputs cost.
mutations=${CHARGENOTE_MUTATIONS:-20000}
tally "broken records (T6), $mutations inputs" \
	env CHARGENOTE_MUTATIONS="$mutations" CHARGENOTE_CORPUS="$corpus" go test ./fhir -run '^TestBrokenRecords$' -count=1 -v -timeout 60m

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# fuzz fails too where there is nothing to fuzz, or nothing to begin from.
fuzz() { # PACKAGE TARGET
	go test "$1" -run '^$' -fuzz "^$2\$" -fuzztime "$each" -fuzzminimizetime 1x 2>&1 | tee "$log" || return 1
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

if ((${#unable[@]} > 0)); then
	echo "could not run:"
	printf '  %s\n' "${unable[@]}"
fi
echo "$targets fuzz targets; $passed passed, $failed failed, ${#unable[@]} not run"
((failed == 0))
