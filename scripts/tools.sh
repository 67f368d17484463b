#!/bin/sh
# Makes ready what the checks need beside Python: Node.js and the widget's locked packages; as arguments also
# "postgresql" and "chromium". Run again it returns at once.
set -eu
cd "$(dirname "$0")/.."

stop() { echo "$1" >&2; exit 1; }

install() {
    command -v apt-get >/dev/null 2>&1 || stop "$2 is needed: install it and run this again."
    [ "$(id -u)" = 0 ] || stop "$2 is needed: run \`sudo apt-get install $1\`, then run this again."
    echo "Installing $2 (once) ..."
    # shellcheck disable=SC2086
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $1; } >/dev/null ||
        stop "$2 could not be installed: check the network, then run this again."
}

command -v npm >/dev/null 2>&1 || install "nodejs npm" "Node.js (18 or newer)"
for tool in "$@"; do
    case "$tool" in
    chromium) [ -x /usr/bin/chromium ] || install chromium "Chromium" ;;
    postgresql)
        ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 ||
            install postgresql "PostgreSQL" ;;
    esac
done
if [ ! -e widget/node_modules/.ready ] || [ widget/package-lock.json -nt widget/node_modules/.ready ]; then
    echo "Installing the widget's tools ..."
    npm --prefix widget ci --silent --no-audit --no-fund || stop "The widget's tools could not be installed: see above."
    touch widget/node_modules/.ready
fi
