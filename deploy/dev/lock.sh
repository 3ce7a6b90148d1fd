#!/bin/sh
# lock.sh [--upgrade]: writes requirements.lock (to run) and requirements-dev.lock (to develop),
# requirements-fuzz.lock (for make fuzz), every file with its hashes.
# Locks name versions and hashes only: no index, no download address, nothing of this machine.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/common.sh

uv=$(command -v uv || command -v .venv/bin/uv) || die "Missing: uv, which makes the locks. Install it with: pip install uv"

compile() { # OUTPUT OPTION...
    output=$1
    shift
    "$uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --group build --output-file "$output" "$@" pyproject.toml
}

compile requirements.lock "$@"
compile requirements-dev.lock --extra dev --constraint requirements.lock "$@"
"$uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-emit-find-links --only-binary :all: --output-file requirements-fuzz.lock "$@" - <<END
atheris==3.0.0
END
