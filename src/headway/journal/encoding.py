"""Tables as Parquet, reports and rulings as JSON: equal values give equal bytes, and come back equal."""

import io
import json
import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from headway.stages import Report, Ruling
from headway.stats import Estimate

LEVEL, ROWS = 1, 65_536
"""Fixed, because another compression level or row-group size would be other bytes."""


def parquet(frame: pl.DataFrame) -> bytes:
    """The frame as Parquet; a struct without fields, which Parquet cannot hold and which says nothing, is null."""
    hollow = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Struct) and not dtype.fields]
    file = io.BytesIO()
    # Rechunked, because a frame that was joined of parts in memory and one that was read back differ in their chunks.
    frame.with_columns(pl.lit(None).alias(name) for name in hollow).rechunk().write_parquet(
        file, compression="zstd", compression_level=LEVEL, statistics=True, row_group_size=ROWS
    )
    return file.getvalue()


def frame_of(data: bytes) -> pl.DataFrame:
    """The frame that `parquet` wrote."""
    return pl.read_parquet(io.BytesIO(data))


def json_of(data: bytes) -> dict[str, Any]:
    """The fields that `plain` wrote."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def estimate_fields(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    """Estimates by name, as JSON holds them."""
    return {
        name: {"value": _number(one.value), "low": _number(one.low), "high": _number(one.high), "n": int(one.n)}
        for name, one in estimates.items()
    }


def estimates_of(fields: Mapping[str, Any]) -> dict[str, Estimate]:
    """What `estimate_fields` was made from."""
    return {
        name: Estimate(float(one["value"]), float(one["low"]), float(one["high"]), one["n"])
        for name, one in fields.items()
    }


def _number(value: float) -> float | str:
    """JSON has no infinity and no NaN; they are written as text, which `float` reads."""
    return float(value) if math.isfinite(value) else str(float(value))


def report_of(fields: Mapping[str, Any], by_task: bytes) -> Report:
    """The report whose estimates and whose Parquet these are."""
    return Report(estimates_of(fields["estimates"]), frame_of(by_task))


def ruling_fields(ruling: Ruling) -> dict[str, Any]:
    """A ruling, as JSON holds it; what it does not say is left out."""
    more = {"action": ruling.action, "flips": ruling.flips, "by": ruling.by, "adjust": dict(ruling.adjust)}
    return {
        "accept": bool(ruling.accept),
        "keep": int(ruling.keep),
        "best": int(ruling.best),
        "reason": ruling.reason,
        "stop": bool(ruling.stop),
        "evidence": estimate_fields(ruling.evidence),
        **{name: said for name, said in more.items() if said},
    }


def ruling_of(fields: Mapping[str, Any]) -> Ruling:
    """What `ruling_fields` was made from."""
    return Ruling(**{**fields, "evidence": estimates_of(fields["evidence"])})
