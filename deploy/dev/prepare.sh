#!/bin/sh
# prepare.sh run|dev [browser] [display] [shellcheck] [prometheus] [fuzzer] [boot] [packages_test] [vm]
# Makes .venv hold exactly what the lock names, and this checkout, editable. Does nothing when that is so already.
# "browser", "display" and "shellcheck" are wished for only: without them the run goes on and this says what it skips.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/common.sh

usable() { # PYTHON: version 3.11 or newer, able to make virtual environments
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if usable "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

install_python() {
    install_packages python3 python3-venv || return 1
    find_python >/dev/null || install_packages python3.11 python3.11-venv # the release's own python3 is too old
}

make_venv() {
    if [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)' 2>/dev/null)" = "$PWD/.venv" ] && usable .venv/bin/python; then
        return 0
    fi
    python=$(find_python) || {
        install_python || true
        python=$(find_python) || die "Missing: Python 3.11 or newer with its venv module. On Debian 12 or Ubuntu 24.04: apt install python3 python3-venv"
    }
    rm -rf .venv
    "$python" -m venv .venv || die "Cannot make a virtual environment with $python (see above)."
}

# What the environment was made from, settings of tools apart; another answer means: install again.
fingerprint() { { cat "$1" && sed '/^\[tool\.ruff\]/,$d' pyproject.toml; } | cksum; }

installed() { [ "$(cat ".venv/installed-$1" 2>/dev/null)" = "$(fingerprint "$2")" ]; }

install_lock() { # NAME LOCK
    say "Installing Python packages of $2 into .venv (once; again only when it changes) ..."
    rm -f .venv/installed-*
    pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 .venv/bin/python -m pip install --quiet"
    $pip --require-hashes --requirement "$2" || die "The packages could not be installed; is there a network (see above)?"
    $pip --no-deps --no-build-isolation --no-index --editable . || die "This checkout could not be installed (see above)."
    fingerprint "$2" >".venv/installed-$1"
}

prepare_packages() { # run|dev; the dev lock holds all of the run lock
    case $1 in
        run) installed dev requirements-dev.lock || installed run requirements.lock || install_lock run requirements.lock ;;
        dev) installed dev requirements-dev.lock || install_lock dev requirements-dev.lock ;;
        *) die "usage: prepare.sh run|dev [browser] [display] [shellcheck] [prometheus] [fuzzer] [boot] [packages_test]" ;;
    esac
}

browser_works() { # Chromium, and the driver Playwright brings, which needs libatomic
    chromium --version >/dev/null 2>&1 || chromium-browser --version >/dev/null 2>&1 || return 1
    .venv/bin/playwright --version >/dev/null 2>&1
}

prepare_browser() {
    browser_works && return 0
    install_packages chromium libatomic1 fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji || true
    browser_works && return 0
    say "Missing: Chromium (Debian: apt install chromium libatomic1 fonts-noto-core)."
    say "Skipped because of it: the tests in a browser."
}

display_works() { # all programs that the display, its demo and their tests start
    for program in Xvfb mpv ffmpeg Xorg xrandr v4l2-ctl umockdev-wrapper import xdotool; do
        command -v "$program" >/dev/null || return 1
    done
    chromium --version >/dev/null 2>&1 || chromium-browser --version >/dev/null 2>&1
}

prepare_display() {
    display_works && return 0
    install_packages chromium xvfb mpv ffmpeg xserver-xorg-core xserver-xorg-video-dummy x11-xserver-utils v4l-utils \
        umockdev gir1.2-umockdev-1.0 python3-gi imagemagick xdotool libfribidi0 fonts-noto-core || true
    display_works && return 0
    say "Missing: some of the display's programs (Debian: apt install chromium xvfb mpv ffmpeg xserver-xorg-core"
    say "xserver-xorg-video-dummy x11-xserver-utils v4l-utils umockdev gir1.2-umockdev-1.0 python3-gi imagemagick xdotool)."
    say "Skipped because of it: whatever needs them; the display's demo and each test say what they lack."
}

prepare_vm() {
    command -v qemu-system-x86_64 >/dev/null && command -v qemu-img >/dev/null ||
        install_packages qemu-system-x86 qemu-utils ovmf || true # the test says what it lacks
}

prepare_shellcheck() {
    command -v shellcheck >/dev/null || install_packages shellcheck ||
        say "Missing: shellcheck (Debian: apt install shellcheck). Skipped because of it: the check of the shell scripts."
}

boot_works() { command -v systemd-nspawn >/dev/null && command -v mmdebstrap >/dev/null; }

prepare_boot() { # nothing of that target goes without
    boot_works || install_packages systemd-container mmdebstrap ||
        die "Missing: systemd-nspawn and mmdebstrap (Debian: apt install systemd-container mmdebstrap), and root's rights."
}

prepare_prometheus() {
    command -v promtool >/dev/null && command -v prometheus >/dev/null && return 0
    install_packages prometheus || say "Missing: Prometheus (Debian: apt install prometheus). Skipped because of it: its tests."
}

prepare_packages_test() { # for make deb-test
    for program in mmdebstrap lintian apt-ftparchive gpg; do
        command -v "$program" >/dev/null && continue
        install_packages mmdebstrap lintian apt-utils gpg ||
            say "Missing: $program (Debian: apt install mmdebstrap lintian apt-utils gpg)."
        return 0
    done
}

prepare_fuzzer() { # beside what the dev lock names, for whoever fuzzes
    .venv/bin/python -c 'import atheris' >/dev/null 2>&1 && return 0
    say "Installing the fuzzer of requirements-fuzz.lock into .venv ..."
    env PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 .venv/bin/python -m pip install --quiet --require-hashes \
        --only-binary :all: --requirement requirements-fuzz.lock ||
        die "The fuzzer could not be installed. It has packages for CPython 3.11 to 3.13 on Linux."
}

prepare() {
    kind=${1:?usage: prepare.sh run|dev [browser] [display] [shellcheck]}
    shift
    make_venv
    prepare_packages "$kind"
    for wish in "$@"; do
        "prepare_$wish"
    done
}

if command -v flock >/dev/null; then # two targets at once: the second waits
    exec 9<.
    flock 9
fi
prepare "$@"
