"""Where what can be made or fetched again is kept between runs."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """`HEADWAY_CACHE` where it is set, else `headway` in the user's own cache folder."""
    named = os.environ.get("HEADWAY_CACHE")
    return Path(named).expanduser() if named else user_cache()


def user_cache() -> Path:
    """`headway` in the user's own cache folder, whatever `HEADWAY_CACHE` says."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "headway"
