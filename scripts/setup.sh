# Sourced by scripts/demo and scripts/test: makes .venv with everything the project needs, once.
# The caller sets `extras`: "" or "[dev]".

set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Fourstep needs Python 3.11 or newer as '$python' (set PYTHON to name another)." >&2
    exit 1
fi
# A .venv without pip is left from a set-up that was broken off: it is made again.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            export DEBIAN_FRONTEND=noninteractive
            apt-get update -qq && apt-get install -y -qq python3-venv
        else
            echo "Python's venv module is missing: install the Debian package python3-venv." >&2
            exit 1
        fi
    fi
    "$python" -m venv --clear .venv
fi
# Install again only when what is to be installed has changed.
stamp=".venv/.fourstep-$(cat pyproject.toml constraints.txt | cksum | tr -d ' ')-$extras"
if [ ! -e "$stamp" ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".$extras"
    touch "$stamp"
fi
