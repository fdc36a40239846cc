"""Compile the busiest modules of the engine into build/compiled (called by scripts/compile).

All is made in a folder of its own that takes the place of the old build when it is complete; it stays there only if it codes
every example to the letter as the sources do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

os.environ["FOURSTEP_COMPILED"] = "0"  # the sources are read, not the build that is to be replaced

from fourstep import compiled

ROOT = Path(__file__).parent.parent
#: The modules in which an episode spends its time. Those whose objects are kept between runs (index, tables, sites) stay Python.
MODULES = {
    "analyse": "words cutting segments scope document sections placing headings statements dates earlier",
    "locate": "locator lines lookup matcher neighbours candidates dashes",
    "assign": "case gather done told frame rings interventions",
    "verify": "primary mentions stay record confidence sequence edits",
    "verify/standards": "tabular general procedures_sites procedures adverse sequelae",
    "ask": "found wanting values conflicts",
}
_SETUP = """
from setuptools import setup
from mypyc.build import mypycify
setup(
    name="compiled",
    packages=[],
    ext_modules=mypycify(["--config-file", "mypy.ini", *{files!r}], opt_level="2", debug_level="0", multi_file=True),
)
"""
_CODE = """
import json
from pathlib import Path
from fourstep import compiled
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.read import read_episodes
coder = Coder(local=None)
print(compiled.in_use())
for episode in read_episodes(Path("examples")):
    if isinstance(episode, Episode):
        print(json.dumps(coder.code(episode).as_dict(), ensure_ascii=False, default=str))
"""
_MYPY = "[mypy]\nmypy_path = src\nignore_missing_imports = True\nfollow_imports = silent\n"


def build(place: Path) -> Path:
    """Compile in `place`; the folder with the extension modules and their record."""
    shutil.copytree(ROOT / "src", place / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    files = [f"src/fourstep/{package}/{name}.py" for package, names in MODULES.items() for name in names.split()]
    (place / "mypy.ini").write_text(_MYPY, encoding="utf-8")
    (place / "setup.py").write_text(_SETUP.format(files=files), encoding="utf-8")
    command = [sys.executable, "setup.py", "-q", "build_ext", "--build-lib", "out", "-j", str(os.cpu_count() or 1)]
    done = subprocess.run(command, cwd=place, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"The engine runs as before: compiling failed.\n{(done.stdout + done.stderr)[-3000:]}")
    compiled.record(place / "out")
    return place / "out"


def examples(use: str) -> str:
    """What a process that runs compiled ("1") or plain ("0") hands in for the examples."""
    environment = os.environ | {"FOURSTEP_COMPILED": use}
    done = subprocess.run([sys.executable, "-c", _CODE], cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode or not done.stdout.startswith(str(use == "1")):
        return done.stderr
    return done.stdout.partition("\n")[2]


def main() -> None:
    """Build, then put the build in the place of the last one."""
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").is_file():
        sys.exit("The headers of Python are missing (Debian: apt-get install python3-dev).")
    before = compiled.digest()
    compiled.FOLDER.parent.mkdir(exist_ok=True)
    print("Compiling the engine: one to three minutes.", flush=True)
    with tempfile.TemporaryDirectory(dir=compiled.FOLDER.parent) as place:
        out = build(Path(place))
        if compiled.digest() != before:
            sys.exit("A source was edited meanwhile: nothing changed. Run it again.")
        shutil.rmtree(compiled.FOLDER, ignore_errors=True)
        out.rename(compiled.FOLDER)
    plain = examples("0")
    if not plain.startswith("{") or examples("1") != plain:
        shutil.rmtree(compiled.FOLDER)
        sys.exit("The compiled engine codes the examples differently: it is taken away again.")
    print(f"Compiled into {compiled.FOLDER.relative_to(ROOT)}; sh scripts/compile --remove takes it away.")


if __name__ == "__main__":
    main()
