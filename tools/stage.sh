#!/usr/bin/env bash
# Runs one stage of the checks and says how long it took: tools/stage.sh NAME COMMAND [ARGUMENT...].
# The exit status is the command's own, so that make stops at the first stage that fails.
set -uo pipefail
export LC_ALL=C.UTF-8

name=$1
shift
now() { LC_ALL=C; echo "${EPOCHREALTIME:-$(date +%s)}"; }

printf '\n== %s\n' "$name"
started=$(now)
"$@"
status=$?
seconds=$(awk -v from="$started" -v to="$(now)" 'BEGIN { printf "%.1f", to - from }')

if [ "$status" -eq 0 ]; then
    printf '== %s: passed, %s s\n' "$name" "$seconds"
else
    printf '== %s: FAILED with status %s after %s s. To run it alone: %s\n' "$name" "$status" "$seconds" "$*" >&2
fi
exit "$status"
