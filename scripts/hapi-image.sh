#!/usr/bin/env bash
# Prints the name of an image with HAPI FHIR's JPA server for R4: the one named by
# CHARGENOTE_HAPI_IMAGE, else hapiproject/hapi where a registry can be reached, else one built here
# from the same server's artifacts on Maven Central (integration/hapi). Progress goes to standard
# error. What is built is keyed by a digest of its sources, so a second run costs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

published=docker.io/hapiproject/hapi:v8.8.0-1
sources=integration/hapi
cache=${XDG_CACHE_HOME:-$HOME/.cache}/chargenote

if [[ -n ${CHARGENOTE_HAPI_IMAGE:-} ]]; then
	echo "$CHARGENOTE_HAPI_IMAGE"
	exit 0
fi
scripts/docker-engine.sh

if docker image inspect "$published" >/dev/null 2>&1 ||
	timeout "${CHARGENOTE_PULL_SECONDS:-240}" docker pull --quiet "$published" >/dev/null 2>&1; then
	echo "$published"
	exit 0
fi

mkdir -p "$cache"
exec 9>"$cache/hapi.lock"
flock 9 # two test runs at once build it once

key=$(find "$sources" scripts/debian-base.sh scripts/hapi-image.sh -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
image=chargenote/hapi:8.8.0-$key
if docker image inspect "$image" >/dev/null 2>&1; then
	echo "$image"
	exit 0
fi

for tool in mvn java; do
	command -v "$tool" >/dev/null 2>&1 || {
		echo "hapi-image: no registry answers, and $tool is not there to build the image" >&2
		exit 1
	}
done
base=$(scripts/debian-base.sh)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$sources/pom.xml" "$sources/src" "$work"
echo "hapi-image: building HAPI FHIR 8.8.0 from Maven Central" >&2
if ! (cd "$work" && mvn --quiet --batch-mode --no-transfer-progress package) >"$work/log" 2>&1; then
	tail -n 20 "$work/log" >&2
	exit 1
fi
# Unpacked, the server starts in three quarters of the time that it takes from one nested jar.
java -Djarmode=tools -jar "$work/target/hapi.jar" extract --destination "$work/app" >/dev/null

cat >"$work/app/Dockerfile" <<-DOCKERFILE
	FROM $base
	COPY lib /app/lib
	COPY hapi.jar /app/hapi.jar
	USER 65532:65532
	EXPOSE 8080
	ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g", "-jar", "/app/hapi.jar"]
DOCKERFILE
DOCKER_BUILDKIT=0 docker build --quiet --tag "$image" "$work/app" >/dev/null 2>"$work/log" || {
	tail -n 20 "$work/log" >&2
	exit 1
}
echo "$image"
