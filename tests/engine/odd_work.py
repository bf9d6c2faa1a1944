"""Work that goes wrong in ways that work does: workers import it, so it stands in a file of its own."""

import json
import os
import time
from pathlib import Path

from headway.engine import Store


def carry_out(text: str, store: Store) -> bytes:
    """What the text's `do` says."""
    said = json.loads(text)
    match said["do"]:
        case "echo":
            return said["say"].encode()
        case "die":
            os._exit(9)
        case "raise":
            raise ValueError(said["say"])
        case "differ":
            first = Path(said["mark"])
            if not first.exists():
                first.touch()
                time.sleep(2.0)
            return str(os.getpid()).encode()
    raise AssertionError(text)
