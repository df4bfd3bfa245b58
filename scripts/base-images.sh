#!/usr/bin/env bash
# Prints the base images for the product's Dockerfile as BUILD_IMAGE=… and RUN_IMAGE=… lines: the
# Dockerfile's own defaults where a registry can be reached, else local ones: Debian with this
# machine's Go and its list of certificate authorities, and a bare one with certificates, time zones
# and an unprivileged user, as distroless/static has.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/docker-engine.sh

default() { sed -n "s/^ARG $1=//p" Dockerfile; }
build=$(default BUILD_IMAGE)
run=$(default RUN_IMAGE)

have() {
	docker image inspect "$1" >/dev/null 2>&1 ||
		timeout "${CHARGENOTE_PULL_SECONDS:-240}" docker pull --quiet "$1" >/dev/null 2>&1
}
if have "$build" && have "$run"; then
	echo "BUILD_IMAGE=$build"
	echo "RUN_IMAGE=$run"
	exit 0
fi

base=$(scripts/debian-base.sh)
goroot=$(go env GOROOT)
authorities=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
key=$({ go version && cat "$0" "$authorities" && echo "$base"; } | sha256sum | cut -c1-12)
build=chargenote/build:$key
run=chargenote/run:$key

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! docker image inspect "$build" >/dev/null 2>&1; then
	echo "base-images: making $build from $(go version)" >&2
	tar -C "$goroot" --exclude=./test --exclude=./doc --exclude=./api -c . >"$work/go.tar"
	cp "$authorities" "$work/authorities.crt"
	cat >"$work/Dockerfile" <<-DOCKERFILE
		FROM $base
		ADD go.tar /usr/local/go
		COPY authorities.crt /etc/ssl/certs/ca-certificates.crt
		ENV PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin GOTOOLCHAIN=local
		WORKDIR /src
	DOCKERFILE
	DOCKER_BUILDKIT=0 docker build --quiet --tag "$build" "$work" >/dev/null 2>"$work/log" || {
		tail -n 20 "$work/log" >&2
		exit 1
	}
fi

if ! docker image inspect "$run" >/dev/null 2>&1; then
	mkdir -p "$work/fs"/{etc/ssl/certs,usr/share,home/nonroot}
	mkdir -m 1777 "$work/fs/tmp"
	container=$(docker create "$base" /bin/true)
	docker cp --quiet "$container:/usr/share/zoneinfo" "$work/fs/usr/share/zoneinfo"
	docker cp --quiet "$container:/etc/ssl/certs/ca-certificates.crt" "$work/fs/etc/ssl/certs/"
	docker rm "$container" >/dev/null
	printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$work/fs/etc/passwd"
	printf 'root:x:0:\nnonroot:x:65532:\n' >"$work/fs/etc/group"
	chown 65532:65532 "$work/fs/home/nonroot" 2>/dev/null || true
	tar -C "$work/fs" -c . | docker import --change 'USER 65532' - "$run" >/dev/null
fi

echo "BUILD_IMAGE=$build"
echo "RUN_IMAGE=$run"
