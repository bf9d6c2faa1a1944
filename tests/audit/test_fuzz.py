"""Whatever is in a file, reading it ends in rollouts of the schema, counted problems, or one sentence."""

import json
import tempfile
from pathlib import Path

import pytest
from foreign_logs import FIXTURES, rollouts_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.audit.gather import gathered
from headway.audit.problems import NothingToAudit, Problems
from headway.audit.rollouts import FINITE, NEVER_NULL, WITHIN_UNIT
from headway.rollouts import ROLLOUT_COLUMNS

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
TEXT = sorted(path for path in FIXTURES.rglob("*.json*") if path.stat().st_size < 20_000)
BINARY = sorted(path for pattern in ("*.parquet", "*.eval") for path in FIXTURES.rglob(pattern))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


def read(name: str, data: bytes) -> None:
    """Read a file of these bytes, and check what comes of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in" / name
        path.parent.mkdir()
        path.write_bytes(data)
        problems = Problems()
        try:
            logs = gathered(path.parent, Path(folder) / "spool", problems, {})
        except NothingToAudit as error:
            assert str(error).startswith(str(path.parent))
            return
        for log in logs:
            for split in log.spools:
                conforms(rollouts_of(log, split))
        assert all(problem.count > 0 and problem.places for problem in problems)


def conforms(frame) -> None:
    """Whether a frame keeps what the schema promises."""
    assert dict(frame.schema) == dict(ROLLOUT_COLUMNS)
    assert all(frame[name].null_count() == 0 for name in NEVER_NULL)
    assert all(frame[name].drop_nulls().is_finite().all() for name in FINITE)
    assert all(frame[name].drop_nulls().is_between(0, 1).all() for name in WITHIN_UNIT)


@settings(SETTINGS, max_examples=20)
@given(name=st.sampled_from(["a.jsonl", "a.json", "a.parquet", "a.eval", "a.gz", "a"]), data=st.binary(max_size=300))
def test_any_bytes(name, data):
    for start in (b"", b"{", b"[", b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"):
        read(name, start + data)


@SETTINGS
@given(data=st.data())
def test_damaged_logs(data):
    damaged(data)


@SETTINGS
@given(data=st.data())
def test_any_value_in_any_field(data):
    any_value(data)


@pytest.mark.slow
@settings(SETTINGS, max_examples=3_000)
@given(data=st.data())
def test_many_more(data):
    data.draw(st.sampled_from([damaged, any_value]))(data)


def damaged(data) -> None:
    """Read a log in which bytes are changed, cut off, doubled or dropped."""
    path = data.draw(st.sampled_from(TEXT + BINARY))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "twice", "drop"]))
        if kind == "flip":
            content[place] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del content[max(1, place) :]
        elif kind == "twice":
            content[place:place] = content[place : place + 100]
        else:
            del content[place : place + data.draw(st.integers(1, 50))]
        content = content or bytearray(b"{")
    read(path.name, bytes(content))


def any_value(data) -> None:
    """Read a log in which one value of one row, however deep, is anything that JSON can hold."""
    path = data.draw(st.sampled_from(TEXT))
    rows = [json.loads(line) for line in path.read_text().splitlines()[:3] if line.startswith("{")]
    if rows:
        row = data.draw(st.sampled_from(rows))
        replaced(row, data)
        read(path.name, b"".join(json.dumps(one).encode() + b"\n" for one in (*rows, row)))


def replaced(row: dict, data) -> None:
    """Put any value in the place of one that is somewhere in the row."""
    here = row
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else list(range(len(here)))))
        inner = here[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            here[key] = data.draw(VALUES)
            return
        here = inner
