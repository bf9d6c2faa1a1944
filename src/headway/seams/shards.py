"""Tables between processes: Arrow's own format, uncompressed, so that equal tables are equal bytes."""

import io

import polars as pl


def packed(frame: pl.DataFrame) -> bytes:
    """A frame as an Arrow file."""
    file = io.BytesIO()
    frame.rechunk().write_ipc(file, compression="uncompressed")
    return file.getvalue()


def unpacked(data: bytes) -> pl.DataFrame:
    """The frame that `packed` wrote."""
    return pl.read_ipc(io.BytesIO(data))
