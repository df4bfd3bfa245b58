#!/usr/bin/env bash
# Makes a local Debian base image with a Java runtime, for machines that reach Debian's packages
# but no image registry, and prints its name. Kept by Docker and keyed by the package list, so a
# second run costs nothing.
set -euo pipefail
suite=bookworm
packages=openjdk-17-jre-headless,ca-certificates,tzdata

key=$(printf '%s %s' "$suite" "$packages" | sha256sum | cut -c1-12)
image=chargenote/debian:$key

if docker image inspect "$image" >/dev/null 2>&1; then
	echo "$image"
	exit 0
fi
if ((EUID != 0)) || ! command -v debootstrap >/dev/null 2>&1; then
	echo "debian-base: needs root and debootstrap" >&2
	exit 1
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
echo "debian-base: installing $suite with $packages" >&2
if ! debootstrap --variant=minbase --include="$packages" "$suite" "$root/fs" >"$root/log" 2>&1; then
	tail -n 5 "$root/log" >&2
	exit 1
fi
rm -rf "$root"/fs/var/cache/apt/archives/*.deb "$root"/fs/var/lib/apt/lists/*
tar -C "$root/fs" --exclude='./dev/*' -c . | docker import - "$image" >/dev/null
echo "$image"
