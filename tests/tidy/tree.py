"""What the guards of this folder share: the files of the project, and how a guard reports."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
# For a checkout without git (a release archive): folders that hold nothing of ours.
FOREIGN_FOLDERS = {".git", "node_modules", "__pycache__"}


def files():
    """Paths of the project's files, relative to the root: what git tracks or would track."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
        names = [name for name in names
                 if not FOREIGN_FOLDERS & set(name.split("/")) and not name.startswith("build")]
    return sorted(name for name in set(names) if (ROOT / name).is_file())


def text_of(name):
    """The file's text, or None when it is not text."""
    data = (ROOT / name).read_bytes()
    return None if b"\0" in data else data.decode("utf-8", "replace")


def finish(name, faults, checked):
    """Prints the faults, one a line, and ends the program."""
    for fault in faults:
        print(fault)
    print(f"{name}: {checked}, {len(faults)} fault{'' if len(faults) == 1 else 's'}")
    sys.exit(1 if faults else 0)


def skip(name, reason):
    print(f"{name}: SKIPPED: {reason}", file=sys.stderr)
    sys.exit(SKIPPED)
