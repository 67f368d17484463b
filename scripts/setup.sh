#!/bin/sh
# Makes .venv with Python 3.10, the packages of requirements.lock and the spaCy pipeline.
# Run again it returns at once; after an interruption it carries on. One sentence tells what is wrong.
set -eu
cd "$(dirname "$0")/.."

stamp=$(cat requirements.lock scripts/setup.sh | sha256sum | cut -d' ' -f1)-$(pwd)
[ "$(cat .venv/.ready 2>/dev/null)" = "$stamp" ] && exit 0

stop() { echo "$1" >&2; exit 1; }

python=
for candidate in "$(command -v python3.10 2>/dev/null)" \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10; do
    # a pyenv shim may exist without a version behind it, so each candidate is run
    if [ -x "$candidate" ] && "$candidate" -c 'import venv, ssl' 2>/dev/null; then python=$candidate; break; fi
done
if [ -z "$python" ] && command -v uv >/dev/null 2>&1; then
    echo "[1/4] Getting Python 3.10 with uv ..."
    uv python install -q 3.10 && python=$(uv python find 3.10)
fi
[ -n "$python" ] || stop "Python 3.10 is needed and was not found: install it (pyenv install 3.10, or uv) and run this again."

if [ ! -x .venv/bin/python ]; then
    free=$(df -Pk . | awk 'NR==2 {print $4}')
    [ "$free" -gt 5000000 ] || stop "About 5 GB of free disk space are needed here; make room and run this again."
fi
echo "[1/4] Using $("$python" --version)"
[ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv ||
    stop "The folder .venv could not be made; see above."
echo "[2/4] Installing the packages (once, a few minutes) ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock ||
    stop "The packages could not be installed: see above; check the network and the disk, then run this again."
echo "[3/4] Placing the spaCy pipeline ..."
.venv/bin/python scripts/place_spacy.py
echo "[4/4] Making the bot command ..."
pwd > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/practice_chatbot.pth"
printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m bot.cli "$@"\n' > .venv/bin/bot
chmod +x .venv/bin/bot
echo "$stamp" > .venv/.ready
