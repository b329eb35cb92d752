#!/usr/bin/env bash
# Makes sure that there is a Chromium for the tests that click through the web application, and prints where it is.
# Settings: CHROMIUM=/path/to/chromium names one that is there already.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }

find_one() {
    local candidate
    for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$candidate" ] && command -v "$candidate"; then return; fi
    done
    return 1
}

if ! find_one >/dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing chromium (this takes a minute)"
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >&2 || true
fi
find_one || {
    say "no Chromium found. On Debian and Ubuntu: sudo apt-get install chromium; or name one: CHROMIUM=/path make test"
    exit 1
}
