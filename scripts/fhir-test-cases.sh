#!/usr/bin/env bash
# Prints a directory with the JSON examples of HL7's FHIR test cases (FHIR/fhir-test-cases), taken once
# from Maven Central into the cache: every resource in R4, R4B and R5 of the types that are read, and
# of the validator's cases, good and bad. Exit code 1, with the reason, where they cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."

version=1.7.69
digest=827a559099ae3297c3f96ab5749b419a24600d74b6a09e23620881a9c17df741
types='Binary|Bundle|ChargeItem|Condition|Coverage|DocumentReference|Encounter|Location|Observation|OperationOutcome|Organization|Patient|Practitioner|PractitionerRole|Procedure|Questionnaire|QuestionnaireResponse'
cache=${XDG_CACHE_HOME:-$HOME/.cache}/chargenote
cases=$cache/fhir-test-cases-$version
jar=https://repo1.maven.org/maven2/org/hl7/fhir/testcases/fhir-test-cases/$version/fhir-test-cases-$version.jar

if [[ -d $cases ]]; then
	echo "$cases"
	exit 0
fi
for tool in curl unzip; do
	command -v "$tool" >/dev/null 2>&1 || {
		echo "fhir-test-cases: $tool is not there" >&2
		exit 1
	}
done
mkdir -p "$cache"
work=$(mktemp -d "$cache/fhir-test-cases.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fhir-test-cases: fetching $version from Maven Central, once" >&2
if ! curl --fail --silent --show-error --location --max-time 600 --output "$work/cases.jar" "$jar"; then
	echo "fhir-test-cases: Maven Central does not answer" >&2
	exit 1
fi
if ! echo "$digest  $work/cases.jar" | sha256sum --check --status; then
	echo "fhir-test-cases: what Maven Central sent is not version $version as it was when this was written" >&2
	exit 1
fi
under=org/hl7/fhir/testcases
unzip -q "$work/cases.jar" "$under/r4/*.json" "$under/r4b/*.json" "$under/r5/*.json" "$under/validator/*.json" -x "$under/validator/outcomes/*" -d "$work/all"
mkdir "$work/cases"
(cd "$work/all/$under" && grep -rlE --include='*.json' "\"resourceType\"[[:space:]]*:[[:space:]]*\"($types)\"" . |
	tar --create --files-from - | tar --extract --directory "$work/cases")
mv "$work/cases" "$cases"
echo "$cases"
