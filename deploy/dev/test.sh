#!/bin/sh
# test.sh [PYTEST_ARGUMENT…]: the tests, three at a time, and what failed beside the others once more by itself.
#
# Real browsers, processes and deadlines share the machine with two more of their kind and with whatever else runs on it.
# What is broken fails alone too; what only waited too long does not, and is named at the end.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/common.sh

MOST=20 # more are no coincidence
FAILED=.pytest_cache/v/cache/lastfailed

together() { .venv/bin/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder "$@"; }
alone() { .venv/bin/python -m pytest --numprocesses 0 --last-failed --last-failed-no-failures none "$@"; }
failed() { .venv/bin/python -c 'import json, sys; print(*json.load(open(sys.argv[1])), sep="\n")' "$FAILED"; }

rm -f "$FAILED"
status=0
together "$@" || status=$?
if [ "$status" -ne 1 ] || [ ! -s "$FAILED" ]; then # other than 1: not a failed test
    exit "$status"
fi
names=$(failed)
if [ "$(printf '%s\n' "$names" | wc -l)" -gt "$MOST" ]; then
    exit "$status"
fi
say "What failed, once more, one at a time:"
alone "$@"
say "Passed alone, not beside the others:"
say "$names"
