#!/usr/bin/env bash
# Builds the product's Dockerfile and prints the image's name. Progress goes to standard error.
set -euo pipefail
cd "$(dirname "$0")/.."
image=${1:-chargenote:local}

bases=$(scripts/base-images.sh)
arguments=()
while read -r base; do arguments+=(--build-arg "$base"); done <<<"$bases"

# Modules come from where this machine gets its own, over the network that this machine uses.
version=$(git describe --tags --always --dirty 2>/dev/null || echo development)
arguments+=(--build-arg "GOPROXY=$(go env GOPROXY)" --build-arg "VERSION=$version" --network host)
docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! docker build "${arguments[@]}" --tag "$image" . >"$log" 2>&1; then
	tail -n 30 "$log" >&2
	exit 1
fi
# The classic builder leaves its build stage, and the image that had this name, without a name.
for label in dev.chargenote.stage=build org.opencontainers.image.title=chargenote; do
	docker image prune --force --filter "label=$label" >/dev/null 2>&1 || true
done
echo "$image"
