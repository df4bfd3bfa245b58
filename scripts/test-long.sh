#!/usr/bin/env bash
# Fuzzes every fuzz target of the tree in turn and runs the properties with many more cases.
# CHARGENOTE_FUZZ_TIME (30s) is the time of one target. Published examples of FHIR are read where they
# can be had: those of CHARGENOTE_CORPUS (../shared/corpus), and HL7's test cases.
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
	tally "properties of $package" go test "$package" -rapid.checks=20000
done < <(grep -rl --include='*_test.go' '"pgregory.net/rapid"' . | xargs -r -n1 dirname | sort -u)

while IFS=: read -r file target; do
	tally "$target" go test "$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$each"
done < <(grep -rho --with-filename --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed 's/:func /:/')

tally "every page in every theme and width, frames loaded a hundred times" \
	env CHARGENOTE_LONG=1 go test ./integration -count=1 -timeout 30m -run '^(TestAccessible|TestTwoFrames)$'

corpus=${CHARGENOTE_CORPUS:-../shared/corpus}
if [[ -d $corpus ]]; then
	tally "official examples" env CHARGENOTE_CORPUS="$(realpath "$corpus")" go test ./fhir -count=1 -v -run '^TestOfficialExamples$'
else
	unable+=("official examples: CHARGENOTE_CORPUS names no directory of them")
fi
if cases=$(scripts/fhir-test-cases.sh); then
	tally "HL7's test cases" env CHARGENOTE_CORPUS="$cases" go test ./fhir -count=1 -v -run '^TestOfficialExamples$'
else
	unable+=("HL7's test cases: they could not be had")
fi

if ((${#unable[@]} > 0)); then
	echo "could not run:"
	printf '  %s\n' "${unable[@]}"
fi
echo "$passed passed, $failed failed, ${#unable[@]} not run"
((failed == 0))
