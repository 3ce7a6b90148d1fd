#!/bin/sh
# Checks every shell script of the project; prepare.sh has said so when shellcheck is missing.
set -eu
cd "$(dirname "$0")/../.."
command -v shellcheck >/dev/null || exit 0
exec shellcheck --external-sources deploy/dev/*.sh deploy/image/*.sh deploy/debian/build deploy/debian/environment \
    deploy/debian/place deploy/debian/postinst deploy/debian/prerm deploy/debian/*.postrm deploy/x/x-s* tests/boot/*.sh .ci/run
