#!/bin/sh
# Prints -race where the race detector can be built, which takes a C compiler. Where there is none, it is
# installed if this is root on a Debian system; else the tests run without, and this says so.
set -eu
compiler() { command -v "${CC:-cc}" >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1; }

if ! compiler && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing gcc for the race detector" >&2
	apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gcc libc6-dev >&2 || true
fi
if compiler; then
	echo -race
else
	echo "no C compiler: the tests run without the race detector; install gcc to have it" >&2
fi
