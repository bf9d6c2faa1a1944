"""`python tests/audit/fuzz_readers.py SECONDS`: fuzzing of the audit's readers by coverage, where atheris is installed.

Starts from the fixtures. Ends with the bytes that made a reader raise, should there be any; `make test` fuzzes with
hypothesis alone, since atheris has no wheels for every Python.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["headway.audit"]):
    from test_fuzz import BINARY, TEXT, read

NAMES = ("a.jsonl", "a.json", "a.parquet", "a.eval", "a.gz", "a.csv", "a")


def one(data: bytes) -> None:
    """Read what the fuzzer made: its first byte names the file."""
    if data:
        read(NAMES[data[0] % len(NAMES)], data[1:])


if __name__ == "__main__":
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        for index, path in enumerate(TEXT + BINARY):
            kind = next((place for place, name in enumerate(NAMES) if path.suffix and name.endswith(path.suffix)), 6)
            (Path(folder) / str(index)).write_bytes(bytes([kind]) + path.read_bytes())
        atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=20000", "-timeout=30", folder], one)
        atheris.Fuzz()
