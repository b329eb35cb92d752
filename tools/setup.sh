#!/usr/bin/env bash
# Makes .venv hold exactly what requirements.lock names, and the package itself, editable.
# A stamp keyed by the lock, pyproject.toml and this script makes a second run cost nothing.
# Settings: PYTHON=/path/to/python chooses the interpreter a new .venv is made from.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$(pwd -P)
venv=$root/.venv
stamp=$venv/.botswain-setup

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

key() { "$venv/bin/python" -c '
import hashlib, pathlib, sys
print(hashlib.sha256(b"\0".join(pathlib.Path(name).read_bytes() for name in sys.argv[1:])).hexdigest())
' requirements.lock pyproject.toml tools/setup.sh; }

# A .venv of too old a Python, or one moved here from another folder (its scripts name the old one), is made anew.
usable() { new_enough "$venv/bin/python" && grep -qF "$venv/bin/" "$venv/bin/pip" 2>/dev/null; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && new_enough "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
        [ -z "${PYTHON:-}" ] || fail "PYTHON=$PYTHON is not a Python of version 3.11 or newer; name one that is, or unset it."
    done
    fail "needs Python 3.11 or newer, found $(python3 --version 2>&1 || echo none). Install one, or name it: make setup PYTHON=/path/to/python3"
}

# Debian and Ubuntu ship venv apart from Python.
ensure_venv_module() {
    local python=$1 version package
    if "$python" -c 'import venv, ensurepip' 2>/dev/null; then return; fi
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    package=python$version-venv
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        say "$python cannot make virtual environments; installing $package"
        apt-get update -qq || true
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >&2 || true
    fi
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "$python has no venv module. On Debian and Ubuntu: sudo apt-get install $package"
}

if ! usable; then
    python=$(find_python)
    ensure_venv_module "$python"
    say "creating .venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
elif [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(key)" ]; then
    exit 0
fi

rm -f "$stamp"
say "installing what requirements.lock names (this takes a minute or two)"
pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet)
# --no-deps: the lock names everything; left to resolve, pip takes a newer release of what is also asked for with an
# extra (coverage[toml]) and then refuses it for having no hash.
"${pip[@]}" --no-deps --require-hashes -r requirements.lock ||
    fail "pip could not install requirements.lock (its message is above). A package index must be reachable; a file whose hash differs from the lock is refused, not used."
"${pip[@]}" --no-deps --no-build-isolation --editable . ||
    fail "pip could not install botswain itself from pyproject.toml (its message is above)."
# Or the first start of each of its processes would do this, all of them at once.
"$venv/bin/python" -m compileall -q src/botswain || fail "src/botswain could not be compiled (the message above says where)."
key >"$stamp"
say "done"
