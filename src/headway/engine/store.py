"""Objects by the hash of their content, as files in a folder that workers share."""

import hashlib
import os
import shutil
import threading
from pathlib import Path

Ref = str
"""SHA-256 of an object's bytes, 64 hexadecimal digits."""


class StoreError(Exception):
    """An object is missing, or is not what was put there."""


class Store:
    """A folder of objects; anybody may add one, and adding the same again changes nothing.

    Nothing is synced: whatever a power cut damages is noticed by its hash, and can be made again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def put(self, data: bytes) -> Ref:
        """Keep these bytes; their hash."""
        ref = hashlib.sha256(data).hexdigest()
        path = self.path(ref)
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = self.folder / f".{ref}.{os.getpid()}.{threading.get_ident()}"
            fresh.write_bytes(data)
            os.replace(fresh, path)
        return ref

    def get(self, ref: Ref) -> bytes:
        """The bytes of an object; StoreError where it is missing or damaged."""
        try:
            data = self.path(ref).read_bytes()
        except FileNotFoundError:
            raise StoreError(f"{self.folder} has no object {ref[:12]}; it was removed while it was needed") from None
        if hashlib.sha256(data).hexdigest() != ref:
            self.path(ref).unlink(missing_ok=True)
            raise StoreError(f"the object {ref[:12]} in {self.folder} was damaged, and has been removed")
        return data

    def path(self, ref: Ref) -> Path:
        """Where the object is, or would be; its content is not compared with its hash."""
        return self.folder / ref

    def retain(self, refs: set[Ref]) -> None:
        """Remove every object but these, and what was left half written."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.is_file() and path.name not in refs:
                    path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Stored:
    """An engine's objects where they are in a store that it, or its driver, reads and writes."""

    store: Store

    def put(self, data: bytes) -> Ref:
        """Keep bytes where every worker can have them."""
        return self.store.put(data)

    def get(self, ref: Ref) -> bytes:
        """The bytes that were kept, compared with their hash."""
        return self.store.get(ref)

    def retain(self, refs: set[Ref]) -> None:
        """Forget every object but these."""
        self.store.retain(refs)
