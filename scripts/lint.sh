#!/usr/bin/env bash
# gofmt, go vet, golangci-lint and shellcheck. golangci-lint is built once, at the version below,
# into the cache folder: what it finds does not depend on what a machine happens to have.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v2.15.0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/chargenote
failed=0

echo "gofmt"
unformatted=$(git ls-files --cached --others --exclude-standard '*.go' | xargs -r gofmt -l)
if [[ -n $unformatted ]]; then
	echo "not formatted, run gofmt -w on:"
	echo "$unformatted"
	failed=1
fi

echo "go vet"
go vet ./... || failed=1

linter=$cache/golangci-lint-$version-$(go env GOVERSION)/golangci-lint
if [[ ! -x $linter ]]; then
	echo "building golangci-lint $version, once"
	GOBIN=$(dirname "$linter") GOFLAGS='' go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$version"
fi
echo "golangci-lint $version"
"$linter" run ./... || failed=1

if command -v shellcheck >/dev/null 2>&1; then
	echo "shellcheck"
	shellcheck scripts/*.sh .ci/run || failed=1
else
	echo "COULD NOT RUN shellcheck: it is not installed"
fi
exit "$failed"
