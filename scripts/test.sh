#!/usr/bin/env bash
# make test: every check there is, one step after the other. As root on Debian it installs what is
# missing first. Nothing is skipped in silence: what could not run is listed at the end, and counts
# as failed where CI=true. The full output of each step is kept under build/test/.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
logs=build/test
rm -rf "$logs" && mkdir -p "$logs"
passed=0 failed=0
unable=() # "step: reason"
fallen=()

# step NAME COMMAND... runs one step. Output is kept, and shown when it fails. A line with "COULD NOT
# RUN" in it says what was left out and why.
step() {
	local name=$1 log started=$SECONDS
	shift
	log=$logs/${name//[^A-Za-z0-9]/-}.log
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
		printf 'passed  %-42s %4d s\n' "$name" $((SECONDS - started))
	else
		failed=$((failed + 1))
		fallen+=("$name")
		printf 'FAILED  %-42s %4d s\n' "$name" $((SECONDS - started))
		excerpt "$log"
	fi
	grep -hE '^ok  |^\?  ' "$log" | sed 's/^/          /' | grep -v 'no test files' || true
	while read -r line; do unable+=("$name: ${line#*COULD NOT RUN }"); done < <(grep -ah 'COULD NOT RUN ' "$log")
}

# excerpt shows of a log what a person needs: what failed, without what passed and without what
# the programs under test logged.
excerpt() {
	grep -avE '^(=== |go: downloading|PASS$|ok  |\?  )|--- PASS|OK, passed|^20[0-9/]+ [0-9:]+ |^ *\{"time":|^  [A-Z][A-Za-z ]+: ' "$1" |
		cut -c1-400 | tail -n 120 | sed 's/^/        | /'
}

# tests is go test, naming every test that was skipped, with the reason it gave.
tests() {
	go test -v "$@" 2>&1 | awk '
		{ print }
		/_test\.go:[0-9]+: / { reason = $0; sub(/.*_test\.go:[0-9]+: /, "", reason) }
		/^ *--- SKIP/ { print "COULD NOT RUN " $3 ": " reason }'
}

# ahead NAME COMMAND... begins what a later step waits for: images are mostly fetched and unpacked, while tests compute.
declare -A begun
ahead() {
	local name=$1
	shift
	"$@" >"$logs/.$name" 2>&1 &
	begun[$name]=$!
}

# ready NAME is that step, with its output.
ready() {
	local result=0
	wait "${begun[$1]}" || result=$?
	cat "$logs/.$1"
	return "$result"
}

images() { # one after the other, for both start the engine
	scripts/hapi-image.sh >"$logs/.hapi" 2>&1
	echo $? >"$logs/.hapi-result"
	scripts/image.sh
}

hapi() {
	cat "$logs/.hapi"
	return "$(<"$logs/.hapi-result")"
}

others() { go list ./... | grep -v '/integration$'; }

engine_was_there=no
docker info >/dev/null 2>&1 && engine_was_there=yes
stop_engine() { # only the one that this run started
	if [[ $engine_was_there == no && -f $XDG_CACHE_HOME/chargenote/dockerd.pid ]]; then
		kill "$(<"$XDG_CACHE_HOME/chargenote/dockerd.pid")" 2>/dev/null
		rm -f "$XDG_CACHE_HOME/chargenote/dockerd.pid"
	fi
}
trap stop_engine EXIT

scripts/install.sh
command -v go >/dev/null 2>&1 || exit 1
go version

step "the program builds, static" env CGO_ENABLED=0 go build -trimpath -o build/chargenote ./cmd/chargenote
step "linters and go vet" scripts/lint.sh
mapfile -t packages < <(others)
ahead images images
step "units, rules and commands, race detector" tests -race -timeout 20m "${packages[@]}"
grep -ah 'gaps in notes' "$logs"/units-* | sed 's/.*gaps in notes/          gaps in notes/'
step "benchmarks run" go test -run '^$' -bench . -benchtime 1x "${packages[@]}"
step "image of the program" ready images
step "image of HAPI FHIR" hapi
step "demo EHR: launch to write-back" tests -race -timeout 10m ./integration -skip '^Test(HAPI|Browser|Container)'
step "CPU of a launch, the program's own" go test ./integration -run '^$' -bench Launch -benchtime 1000x
grep -ah 'user-ms' "$logs"/CPU-* | sed 's/^/          /'
step "HAPI FHIR: launch to write-back" tests -race -timeout 15m ./integration -run '^TestHAPI'
step "browser: the demo, seen and pressed" tests -timeout 10m ./integration -run '^TestBrowser'
step "container answers and is locked down" tests -timeout 10m ./integration -run '^TestContainer'

echo
if ((${#unable[@]} > 0)); then
	echo "could not run:"
	printf '  %s\n' "${unable[@]}"
	if [[ ${CI:-} == true ]]; then
		echo "CI=true: each of these counts as failed"
		failed=$((failed + ${#unable[@]}))
	fi
fi
if ((${#fallen[@]} > 0)); then
	echo "failed:"
	printf '  %s\n' "${fallen[@]}"
	echo "full output: $logs"
fi
echo "$passed passed, $failed failed"
((failed == 0))
