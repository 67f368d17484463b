#!/bin/sh
# Makes .venv with Python 3.10, the packages of requirements.lock and the spaCy pipeline.
# Run again it returns at once; after an interruption it carries on. One sentence tells what is wrong.
set -eu
cd "$(dirname "$0")/.."

packages=.venv/lib/python3.10/site-packages
pipeline=build/spacy/en_core_web_sm
needed_kb=5000000

stop() { echo "$1" >&2; exit 1; }

# pip writes a package's INSTALLER row last: without it the package is there in part only
whole() { grep -q '/INSTALLER,' "$1/RECORD" 2>/dev/null; }

find_python() {
    for candidate in "$(command -v python3.10 2>/dev/null)" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10 \
        "$(pyenv root 2>/dev/null)"/versions/3.10.*/bin/python3.10; do
        # a pyenv shim may have no version behind it, and some systems leave out venv: each one is tried
        if [ -x "$candidate" ] && "$candidate" -c 'import venv, ensurepip, ssl' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    command -v uv >/dev/null 2>&1 || return 0
    echo "[1/4] Looking for Python 3.10 with uv ..." >&2
    # from / and without VIRTUAL_ENV, so that uv does not answer with the .venv we are about to make
    unset VIRTUAL_ENV
    (cd / && { uv python find 3.10 2>/dev/null || { uv python install 3.10 >&2 && uv python find 3.10; }; }) || true
}

venv_works() {
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null || return 1
    for pip in "$packages"/pip-*.dist-info; do whole "$pip" && return 0; done
    return 1
}

stamp=$(cat requirements.lock scripts/setup.sh scripts/place_spacy.py |
    { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1)-$(pwd)
if [ "$(cat .venv/.ready 2>/dev/null)" = "$stamp" ] && [ -x .venv/bin/python ] && [ -x .venv/bin/bot ] &&
    [ -f "$pipeline/config.cfg" ]; then
    exit 0
fi

if [ ! -e .venv/.ready ]; then  # what an interrupted set-up already installed counts
    free=$(df -Pk . | awk 'NR==2 {print $4}')
    have=$(du -sk .venv 2>/dev/null | cut -f1) || true
    [ $((free + ${have:-0})) -ge "$needed_kb" ] ||
        stop "About 5 GB of free disk space are needed here; make room and run this again."
fi
rm -f .venv/.ready

if venv_works; then
    echo "[1/4] Using the .venv that is here"
else
    python=$(find_python)
    [ -n "$python" ] ||
        stop "Python 3.10 is needed and was not found: install it (for example pyenv install 3.10, or install uv) and run this again."
    echo "[1/4] Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv || stop "The folder .venv could not be made: see above, then run this again."
fi

echo "[2/4] Installing the packages (a few minutes, once) ..."
for package in "$packages"/*.dist-info; do
    whole "$package" || rm -rf "$package"  # pip then installs it anew
done
rm -rf "$packages"/~*
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock ||
    stop "The packages could not be installed: see above; check the network and the disk, then run this again."

echo "[3/4] Placing the spaCy pipeline ..."
.venv/bin/python scripts/place_spacy.py || stop "The spaCy pipeline could not be placed in build/: see above."

echo "[4/4] Making the bot command ..."
pwd > "$packages/practice_chatbot.pth"
# shellcheck disable=SC2016
printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m bot.cli "$@"\n' > .venv/bin/bot
chmod +x .venv/bin/bot
echo "$stamp" > .venv/.ready
