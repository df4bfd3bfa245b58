#!/usr/bin/env bash
# Installs what a bare Debian machine lacks for the tests, when run as root; says in one line what
# is missing otherwise. It exits 0 either way: what is still missing shows as a step that could
# not run. The reason for each package stands beside it.
set -euo pipefail
cd "$(dirname "$0")"

missing=() # package names
reasons=() # the same, for people

need() { # COMMAND PACKAGE REASON
	command -v "$1" >/dev/null 2>&1 || lack "$2" "$1 ($3)"
}

lack() { # PACKAGE REASON
	missing+=("$1")
	reasons+=("$2")
}

need git git "build information"
need curl curl "asking containers"
need gcc gcc "the race detector"
[[ -e /usr/include/stdlib.h ]] || lack libc6-dev "headers of the C library (the race detector)"
need dockerd docker.io "Docker engine: HAPI FHIR and the product's own image"
need iptables iptables "the engine's network"
need debootstrap debootstrap "base images where no registry can be reached"
need chromium chromium "browser test"
[[ -n $(find /usr/lib/postgresql/*/bin/postgres -print -quit 2>/dev/null) ]] || need postgres postgresql "the journal of filings on PostgreSQL"
[[ -n $(find /usr/share/fonts -name 'DejaVuSans.ttf' -print -quit 2>/dev/null) ]] || lack fonts-dejavu-core "the font of the screenshots"
need shellcheck shellcheck "linting scripts"
need javac openjdk-17-jdk-headless "building the HAPI FHIR image where none can be pulled"
need mvn maven "building the HAPI FHIR image where none can be pulled"

# An engine elsewhere (a desktop, a remote host) serves as well as one of our own.
if docker info >/dev/null 2>&1; then
	for i in "${!missing[@]}"; do
		case ${missing[i]} in docker.io | iptables) unset "missing[i]" "reasons[i]" ;; esac
	done
fi

if ((${#missing[@]} > 0)); then
	if ((EUID == 0)) && command -v apt-get >/dev/null; then
		echo "installing: ${missing[*]}"
		export DEBIAN_FRONTEND=noninteractive
		log=$(mktemp)
		if ! { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
			tail -n 15 "$log"
			echo "install: apt-get could not install all of: ${missing[*]}"
		fi
		rm -f "$log"
	else
		printf -v list '%s, ' "${reasons[@]}"
		echo "missing: ${list%, }; run as root on Debian, or install ${missing[*]}"
	fi
fi

if ! command -v go >/dev/null 2>&1; then
	echo "missing: go (1.26 or newer, from go.dev/dl or your distribution)"
fi

./docker-engine.sh || true
