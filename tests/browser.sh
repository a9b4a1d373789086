#!/bin/sh
# Sees to it that the browser tests find a Chromium: the one on PATH, else Debian's, installed if
# this is root and unpacked into .cache/browser if not. BROWSER_IGNORE_PATH=1 passes over PATH.
set -eu
cd "$(dirname "$0")/.."
cache=$PWD/.cache

usable() { "$1" --headless --no-sandbox --disable-gpu --dump-dom about:blank >/dev/null 2>&1; }

on_path() {
    [ -z "${BROWSER_IGNORE_PATH:-}" ] || return 1
    for name in chromium chromium-browser google-chrome-stable google-chrome; do
        if found=$(command -v "$name") && usable "$found"; then return 0; fi
    done
    return 1
}

# An ordinary user may not install, but may fetch packages and unpack them for itself.
unpack() {
    apt=$cache/apt
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$cache/browser/root"
    : >"$apt/state/status"
    # What is installed already is not fetched again.
    [ -n "${BROWSER_IGNORE_PATH:-}" ] || cp /var/lib/dpkg/status "$apt/state/status"
    set -- -q -o Dir::State="$apt/state" -o Dir::State::status="$apt/state/status" \
        -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=""
    apt-get "$@" update
    apt-get "$@" -y --no-install-recommends --download-only install chromium fonts-dejavu-core
    for package in "$apt"/cache/archives/*.deb; do
        case ${package##*/} in
            libc6_*) ;; # the C library has to be the one of the system's loader
            *) dpkg-deb -x "$package" "$cache/browser/root" ;;
        esac
    done
    rm -rf "$apt"
}

wrap() {
    root=$cache/browser/root
    libraries=$root/usr/lib/$(uname -m)-linux-gnu
    cat >"$cache/browser/fonts.conf" <<EOF
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>$root/usr/share/fonts</dir>
  <cachedir>$cache/browser/fonts</cachedir>
</fontconfig>
EOF
    cat >"$cache/browser/chromium" <<EOF
#!/bin/sh
export LD_LIBRARY_PATH="$libraries:$libraries/nss:$libraries/pulseaudio:$root/lib/$(uname -m)-linux-gnu"
export FONTCONFIG_FILE="$cache/browser/fonts.conf"
exec "$root/usr/lib/chromium/chromium" "\$@"
EOF
    chmod +x "$cache/browser/chromium"
}

if on_path; then
    exit 0
fi
if usable "$cache/browser/chromium"; then
    exit 0
fi
log=$cache/browser.log
mkdir -p "$cache"
echo "Fetching Debian's Chromium for the browser tests (log: $log)"
if [ "$(id -u)" = 0 ] && [ -z "${BROWSER_IGNORE_PATH:-}" ] && command -v apt-get >/dev/null; then
    if { apt-get -q update && apt-get -q install -y --no-install-recommends chromium fonts-dejavu-core; } \
        >"$log" 2>&1 && on_path; then
        exit 0
    fi
elif command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    if { unpack && wrap; } >"$log" 2>&1 && usable "$cache/browser/chromium"; then
        exit 0
    fi
fi
tail -n 5 "$log" >&2 || true
echo "The browser tests need a Chromium and none could be fetched." >&2
echo "Install one so that \`chromium\` is on PATH (Debian: apt-get install chromium), then run again." >&2
exit 1
