"""Compile the engine into build/compiled (called by the set-up and by scripts/compile).

All is made in a folder of its own that takes the place of the old build when it is complete; it stays there only if it codes
every example to the letter as the sources do. Whatever is in the way is said in one line, and the sources run: as right,
but slower.

    compiler.py              build, unless the build that is there was made of these sources
    compiler.py --check      whether mypyc accepts the sources; nothing is built
    compiler.py --lacking    print the Debian packages that are missing for it
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

os.environ["FOURSTEP_COMPILED"] = "0"  # the sources are read, not the build that is to be replaced

from native_classes import spelled_out
from native_constants import settled

from fourstep import compiled

ROOT = Path(__file__).parent.parent
#: The packages in which an episode spends its time, and what of them stays Python: what only reads knowledge or checks it,
#: tables that are dictionaries or lists themselves, and classes whose objects are pickled (kept between runs, or handed in and
#: out by processes): a compiled class cannot be made without what its constructor asks for, which is how a pickle is read, unless
#: it says itself how it is made again (`__reduce__`: entries of the index, cues).
PACKAGES = {
    "analyse": "terms spelling",
    "locate": "check site titles",
    "assign": "agents characters principal sites tables tumour_sites weights",
    "verify": "by_hand registry",
    "verify/standards": "",
    "ask": "",
    "books": "asked claml equivalences icd10 library opcs4 releases rubric search store tables trud xml",
}
MODULES = ("coder.py", "quotes.py")
_SETUP = """
from setuptools import setup
from mypyc.build import mypycify
made = mypycify(["--config-file", "mypy.ini", *{files!r}], opt_level="{level}", debug_level="0", multi_file=True)
for extension in made:
    extension.extra_compile_args += {near!r}
    extension.extra_link_args += {linked!r}
setup(name="compiled", packages=[], ext_modules=made)
"""
#: gcc's level: 2 takes half as long again to compile as 1, and an episode takes 4 in 100 less.
_LEVEL = "2"
#: Calls within the build go straight there, not by the table for what another library might replace (3 in 100), and the modules
#: are optimised as one when they are linked (another 2), which takes no longer than each alone.
_NEAR = ["-fvisibility=hidden", "-fno-plt", "-fno-semantic-interposition", "-flto=auto"] if sys.platform == "linux" else []
_LINKED = ["-Wl,-Bsymbolic", "-flto=auto", f"-O{_LEVEL}"] if sys.platform == "linux" else []
_CODE = """
import gc, json, pickle, sys
from pathlib import Path
from fourstep import compiled
from fourstep.cache import cache_directory
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.locate.imported import Imported
from fourstep.read import read_episodes
coder = Coder(local=None)
print(compiled.in_use())
episodes = [e for e in read_episodes(Path("examples")) if isinstance(e, Episode)]
if compiled.in_use():  # what is kept between runs can be read again, and what processes hand each other
    for kept in ("engine", "cues", "icd10", "opcs4"):
        with (cache_directory() / f"{kept}-compiled.pickle").open("rb") as file:
            file.read(32)
            pickle.load(file)
    pickle.loads(pickle.dumps((episodes, coder.code(episodes[0]), Imported(()))))
gc.collect()
gc.disable()
for episode in episodes:
    print(json.dumps(coder.code(episode).as_dict(), ensure_ascii=False, default=str))
if rings := gc.collect():
    print(f"{rings} objects left in rings: is there a function inside a function?", file=sys.stderr)
"""
_MYPY = "[mypy]\nmypy_path = src\nignore_missing_imports = True\nfollow_imports = silent\n"
_SLOWER = "The engine runs as plain Python, about half as fast"


def modules() -> list[str]:
    """The files that are compiled."""
    found = [f"src/fourstep/{name}" for name in MODULES]
    for package, plain in PACKAGES.items():
        kept = {"__init__", *plain.split()}
        found += [
            f"src/fourstep/{package}/{path.name}"
            for path in sorted((ROOT / "src/fourstep" / package).glob("*.py")) if path.stem not in kept
        ]  # fmt: skip
    return found


def lacking() -> list[str]:
    """The Debian packages that are missing: a compiler, the headers of C and those of Python."""
    found = [] if shutil.which("gcc") else ["gcc"]
    if not Path("/usr/include/stdio.h").is_file():
        found.append("libc6-dev")
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").is_file():
        found.append("python3-dev")
    return found


def made_of() -> str:
    """A digest of what a build is made of: the sources, and how they are compiled."""
    total = hashlib.blake2b(compiled.digest().encode(), digest_size=20)
    for file in (Path(__file__), *Path(__file__).parent.glob("native_*.py")):
        total.update(file.read_bytes())
    return total.hexdigest()


def current() -> bool:
    """Whether the build that is there was made of these sources in this way."""
    try:
        return bool(json.loads((compiled.FOLDER / "how.json").read_text(encoding="utf-8")) == made_of())
    except (OSError, ValueError):
        return False


def prepare(place: Path) -> None:
    """Copy the sources to `place`, constants settled and classes spelled out, with what makes extension modules of them."""
    shutil.copytree(ROOT / "src", place / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for package in PACKAGES:  # also where they stay Python: a figure of theirs is known to whoever is compiled
        for path in (place / "src/fourstep" / package).glob("*.py"):
            path.write_text(settled(path.read_text(encoding="utf-8")), encoding="utf-8")
    files = modules()
    for file in files:
        path = place / file
        path.write_text(spelled_out(path.read_text(encoding="utf-8")), encoding="utf-8")
    (place / "mypy.ini").write_text(_MYPY, encoding="utf-8")
    (place / "setup.py").write_text(_SETUP.format(files=files, level=_LEVEL, near=_NEAR, linked=_LINKED), encoding="utf-8")


def setup(place: Path, *command: str) -> None:
    """Run a command of setup.py in `place`; ends here where it fails."""
    done = subprocess.run([sys.executable, "setup.py", "-q", *command], cwd=place, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{_SLOWER}: compiling failed.\n{(done.stdout + done.stderr)[-3000:]}")


def build(place: Path) -> Path:
    """Compile in `place`; the folder with the extension modules and their record."""
    prepare(place)
    setup(place, "build_ext", "--build-lib", "out", "-j", str(os.cpu_count() or 1))
    compiled.record(place / "out")
    (place / "out" / "how.json").write_text(json.dumps(made_of()), encoding="utf-8")
    return place / "out"


def coded_examples() -> tuple[str, str]:
    """What plain Python hands in for the examples and what the build does; empty where a process did not run as it should."""
    command = [sys.executable, "-c", _CODE]
    settings = (os.environ | {"FOURSTEP_COMPILED": use} for use in "01")
    running = [subprocess.Popen(command, cwd=ROOT, env=e, stdout=subprocess.PIPE, text=True) for e in settings]
    told = [process.communicate()[0] for process in running]
    fine = [t.startswith(f"{bool(i)}\n") and not running[i].returncode for i, t in enumerate(told)]
    plain, native = (t.partition("\n")[2] if ok else "" for t, ok in zip(told, fine, strict=True))
    return plain, native


def main() -> None:
    """Build, then put the build in the place of the last one."""
    missing = lacking()
    if "--lacking" in sys.argv:
        print(*missing)
        return
    if "--check" in sys.argv:
        with tempfile.TemporaryDirectory() as place:
            prepare(Path(place))
            setup(Path(place), "--version")  # mypyc translates before setuptools is asked for anything
        return
    if current():
        return
    if missing:
        sys.exit(f"{_SLOWER}: no compiler (Debian: apt-get install {' '.join(missing)}, then sh scripts/compile).")
    if importlib.util.find_spec("mypyc") is None or importlib.util.find_spec("setuptools") is None:
        sys.exit(f"{_SLOWER}: mypy and setuptools are not installed (pip install '.[compile]').")
    before, begun = compiled.digest(), time.monotonic()
    compiled.FOLDER.parent.mkdir(exist_ok=True)
    print("Compiling the engine, a minute or two, once.", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=compiled.FOLDER.parent) as place:
        out = build(Path(place))
        if compiled.digest() != before:
            sys.exit("A source was edited meanwhile: nothing changed. Run it again.")
        shutil.rmtree(compiled.FOLDER, ignore_errors=True)
        out.rename(compiled.FOLDER)
    plain, native = coded_examples()
    if not plain or native != plain:
        shutil.rmtree(compiled.FOLDER)
        sys.exit(f"{_SLOWER}: compiled it would code the examples differently, so the build is taken away again.")
    print(f"Compiled in {time.monotonic() - begun:.0f} s.", file=sys.stderr)


if __name__ == "__main__":
    main()
