# Sourced by scripts/demo and scripts/test: makes .venv with everything the project needs, once.
# The caller sets `extras`, "[workbench]" or "[dev]", and `debian`: the Debian packages that it needs, each with a
# command or file that shows it is there ("postgresql:/usr/lib/postgresql"). With `compile=yes` the engine is compiled too:
# a minute or two, once; where that cannot be, one line says why and the sources run, as right but slower.

set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Fourstep needs Python 3.11 or newer as '$python' (set PYTHON to name another)." >&2
    exit 1
fi

missing=""
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing="python3-venv"
for wanted in $debian; do
    shown="${wanted#*:}"
    [ -e "$shown" ] || command -v "$shown" >/dev/null || missing="$missing ${wanted%%:*}"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086 # a list of names
        apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        echo "Missing Debian packages: run as root: apt-get install $missing" >&2
        exit 1
    fi
fi

# A .venv without pip is left from a set-up that was broken off: it is made again.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    "$python" -m venv --clear .venv
fi
# Install again only when what is to be installed has changed.
stamp=".venv/.fourstep-$(cat pyproject.toml constraints.txt | cksum | tr -d ' ')-$extras"
if [ ! -e "$stamp" ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".$extras"
    touch "$stamp"
fi
if [ "${compile:-}" = yes ]; then
    missing=$(.venv/bin/python scripts/compiler.py --lacking)
    if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086 # a list of names
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null; } || :
    fi
    .venv/bin/python scripts/compiler.py || :
fi
