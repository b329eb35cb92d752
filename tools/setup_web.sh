#!/usr/bin/env bash
# Makes web/node_modules hold exactly what web/package-lock.json names, and builds the web application into the package
# (src/botswain/web_app). Two stamps make a second run cost nothing: one keyed by the lock, one by all that is built from.
#
#     tools/setup_web.sh            packages and application
#     tools/setup_web.sh packages   packages only
# Settings: NODE_REQUIRED=0 says that it is missing and goes on where there is no Node; the API then has no pages to show.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../web"

what=${1:-all}
out=../src/botswain/web_app
packages_stamp=node_modules/.botswain-setup
build_stamp=$out/.botswain-build

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

hash_of() { sha256sum | cut -d' ' -f1; }
packages_key() { { node --version; cat package.json package-lock.json .npmrc; } | hash_of; }
# Names count too: a file that was put away changes what is built.
build_key() { { packages_key; find src public index.html vite.config.ts scripts/packed.ts tsconfig*.json -type f -print0 | sort -z | xargs -0 sha256sum; } | hash_of; }
holds() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

if ! command -v node >/dev/null || ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
    message="the web application needs Node 20.19 or newer, found $(node --version 2>/dev/null || echo none). Install it from your system's packages or nodejs.org."
    [ "${NODE_REQUIRED:-1}" = 0 ] || fail "$message"
    say "$message Going on without it."
    exit 0
fi

key=$(packages_key)
if ! holds "$packages_stamp" "$key"; then
    say "installing what web/package-lock.json names (this takes a minute)"
    rm -f "$packages_stamp"
    npm ci --silent --no-audit --no-fund ||
        fail "npm could not install web/package-lock.json. A package registry must be reachable; say 'npm ci' in web/ to see why."
    printf '%s' "$key" >"$packages_stamp"
fi
[ "$what" = all ] || exit 0

key=$(build_key)
if ! holds "$build_stamp" "$key"; then
    say "building the web application"
    npm run --silent build -- --logLevel warn || fail "the web application could not be built (its message is above)."
    printf '%s' "$key" >"$build_stamp"
fi
