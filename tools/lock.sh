#!/usr/bin/env bash
# Rewrites requirements.lock from pyproject.toml: exact versions and hashes of everything, the build backend too, and no
# word of where it came from, so that it works with any package index. `make lock ARGS=--upgrade` takes newer versions;
# without it, pins that still fit stay. It resolves for the Python of .venv: use 3.11, the oldest supported.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=.cache/pip-tools
if [ ! -x "$tool/bin/pip-compile" ]; then
    .venv/bin/python -m venv --clear "$tool"
    "$tool/bin/python" -m pip --disable-pip-version-check install --quiet "pip-tools>=7.6,<8"
fi

# shellcheck disable=SC2086  # ARGS is a list of options
CUSTOM_COMPILE_COMMAND="make lock" "$tool/bin/pip-compile" --quiet --no-config --generate-hashes --strip-extras \
    --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra test \
    --build-deps-for editable ${ARGS:-} --output-file requirements.lock pyproject.toml

if grep -nE '^ *--(find-links|index-url|extra-index-url|trusted-host)|[a-z]+://| @ |(^|[ "(])/' requirements.lock; then
    echo "lock: requirements.lock names a place (lines above). It must hold only names, versions and hashes." >&2
    exit 1
fi
