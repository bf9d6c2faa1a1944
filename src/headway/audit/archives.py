"""Members of a zip, one at a time and bounded; also those packed with Zstandard, which Python 3.11 cannot unpack."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from headway.audit.files import Bounded, parsed, unpacked_zstd
from headway.audit.problems import BadFile

LARGEST_MEMBER = 256 << 20
"""Bytes that one member may unpack to."""
STORED, DEFLATED, ZSTANDARD = 0, 8, 93
LOCAL_HEADER = 30
ENCRYPTED = 1


def members(path: Path) -> list[zipfile.ZipInfo]:
    """The members as the zip's directory lists them; BadFile where it has none that is whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise BadFile(f"is a zip file that is not whole ({error}); copy it again") from None


def member(path: Path, info: zipfile.ZipInfo) -> bytes:
    """The bytes of one member; BadFile where it is damaged, encrypted, or unpacks to more than a sample could."""
    if info.flag_bits & ENCRYPTED:
        raise BadFile("is encrypted; write it without a password")
    with path.open("rb") as file:
        file.seek(info.header_offset)
        header = file.read(LOCAL_HEADER)
        if len(header) < LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
            raise BadFile("is not where the zip's directory says; copy the file again")
        name, extra = struct.unpack("<HH", header[26:30])
        file.seek(info.header_offset + LOCAL_HEADER + name + extra)
        packed = file.read(min(info.compress_size, LARGEST_MEMBER))
    data = _unpacked(packed, info.compress_type)
    if zlib.crc32(data) != info.CRC:
        raise BadFile("is damaged (its checksum does not agree); copy the file again")
    return data


def json_member(path: Path, info: zipfile.ZipInfo) -> Any:
    """A member that is JSON; None where it is none."""
    return parsed(member(path, info))


def _unpacked(packed: bytes, method: int) -> bytes:
    if method == STORED:
        return packed
    if method == DEFLATED:
        inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = inflating.decompress(packed, LARGEST_MEMBER)
        except zlib.error as error:
            raise BadFile(f"is damaged ({error}); copy the file again") from None
        if inflating.unconsumed_tail:
            raise BadFile(
                f"unpacks to more than {LARGEST_MEMBER >> 20} MiB: it looks like a zip bomb, and is left alone"
            )
        return data
    if method == ZSTANDARD:
        return io.BufferedReader(Bounded(unpacked_zstd(io.BytesIO(packed)), len(packed), LARGEST_MEMBER)).read()
    raise BadFile(f"is packed by method {method}, which is not known here; write the log as JSON")
