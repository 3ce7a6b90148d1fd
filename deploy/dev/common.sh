# Shared by the scripts of this folder, which source it from the root of the checkout.
# shellcheck shell=sh

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# as_root COMMAND...: run it with root's rights. Fails when there are none to be had without asking for a password.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# install_packages PACKAGE...: through apt. Fails without apt or without root's rights.
install_packages() {
    command -v apt-get >/dev/null || return 1
    as_root true || return 1
    say "Installing system packages: $*"
    apt_get install -y --no-install-recommends "$@" && return 0
    apt_get update && apt_get install -y --no-install-recommends "$@"
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" </dev/null >/dev/null; }
