#!/usr/bin/env bash
# Answers 0 when a Docker engine can be asked, starting one when run as root and none is running.
# The process id and the log of the one it starts are under the cache folder.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/chargenote

docker info >/dev/null 2>&1 && exit 0

if ! command -v dockerd >/dev/null 2>&1; then
	echo "docker: no engine answers and dockerd is not installed" >&2
	exit 1
fi
if ((EUID != 0)); then
	echo "docker: no engine answers; start it, or run as root" >&2
	exit 1
fi

mkdir -p "$cache"
start() { # STORAGE-DRIVER
	local left
	left=$(cat /var/run/docker.pid 2>/dev/null || true)
	if [[ -n $left && $(cat "/proc/$left/comm" 2>/dev/null) != dockerd ]]; then
		rm -f /var/run/docker.pid # of an engine that is gone; its number may be another process's now
	fi
	setsid dockerd --storage-driver="$1" </dev/null >"$cache/dockerd.log" 2>&1 &
	local pid=$!
	for _ in $(seq 1 60); do
		docker info >/dev/null 2>&1 && echo "$pid" >"$cache/dockerd.pid" && return 0
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.5
	done
	kill "$pid" 2>/dev/null
	return 1
}

# vfs is slow and large, but works on file systems where overlay2 does not.
start overlay2 || start vfs || {
	echo "docker: dockerd does not start: $(tail -n 1 "$cache/dockerd.log")" >&2
	exit 1
}
