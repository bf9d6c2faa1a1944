"""Disks that fail: one that counts, and one for each way in which a run can be cut short."""

import errno
import os
import random
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

from headway.journal import Disk

PRIMITIVES = [name for name in vars(Disk) if not name.startswith("_")]


class Killed(BaseException):
    """The process ends here: nothing may be done to the disk on the way out."""


class Watched(Disk):
    """Counts the operations and lets subclasses act before and after each. Nothing is really synced: that is slow."""

    def __init__(self) -> None:
        self.operations: list[str] = []

    def before(self, name: str, path: Path, *rest) -> None:
        """Called before the operation is done."""

    def after(self, name: str, path: Path, *rest) -> None:
        """Called when it is done."""


def _watched(name: str):
    def method(self: Watched, path: Path, *rest) -> None:
        self.operations.append(name)
        self.before(name, path, *rest)
        if name != "sync":
            getattr(Disk, name)(self, path, *rest)
        self.after(name, path, *rest)

    return method


for _name in PRIMITIVES:
    setattr(Watched, _name, _watched(_name))


class Stops(Watched):
    """The process ends just before operation `at`; operations count from 1."""

    def __init__(self, at: int | None = None) -> None:
        super().__init__()
        self.at, self.dead = at, False

    def arm(self, at: int) -> None:
        """Let operation `at` from now on be the one that does not happen."""
        self.operations, self.at = [], at

    def before(self, name: str, path: Path, *rest) -> None:
        assert not self.dead, f"{name} of {path} by a process that was killed"
        if len(self.operations) == self.at:
            self.fail(name, path, *rest)

    def fail(self, name: str, path: Path, *rest) -> None:
        self.dead = True
        raise Killed


class Dies(Stops):
    """As `Stops`, for a process of its own, by a real SIGKILL."""

    def fail(self, name: str, path: Path, *rest) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Refuses(Stops):
    """From operation `at` on, the system refuses; a disk that is full takes half of what is written first."""

    def __init__(self, code: int = errno.ENOSPC) -> None:
        super().__init__()
        self.code = code

    def before(self, name: str, path: Path, *rest) -> None:
        if self.at is not None and len(self.operations) >= self.at:
            self.fail(name, path, *rest)

    def fail(self, name: str, path: Path, *rest) -> None:
        if self.code == errno.ENOSPC and name in ("write", "append"):
            with path.open("wb" if name == "write" else "ab") as file:
                file.write(rest[0][: len(rest[0]) // 2])
        raise OSError(self.code, os.strerror(self.code), str(path))


# -- power cuts -----------------------------------------------------------------------------------


@dataclass
class File:
    """What is in a file now, and what is sure to be in it after a power cut."""

    live: bytes
    durable: bytes = b""

    def after_cut(self, chance: random.Random) -> bytes:
        if self.live == self.durable:
            return self.live
        kept = len(self.durable) if self.live.startswith(self.durable) else 0
        torn = self.live[: chance.randint(kept, len(self.live))]
        zeros = torn + bytes(len(self.live) - len(torn))
        return chance.choice([self.live, self.durable, torn, zeros])


@dataclass
class Folder:
    """The names in a folder now, and every state since its last sync: a power cut leaves one of them."""

    live: dict[str, "File | Folder | str"] = field(default_factory=dict)
    states: list[dict[str, "File | Folder | str"]] = field(default_factory=lambda: [{}])

    def changed(self) -> None:
        self.states.append(dict(self.live))


class Power(Stops):
    """Remembers what was synced; `cut` leaves of the rest what a file system may leave, by `chance`.

    An `honest` disk syncs when it is asked to. The top folder must exist, and be empty.
    """

    def __init__(self, top: Path, *, honest: bool = True) -> None:
        super().__init__()
        self.top, self.honest, self.root = top, honest, Folder()

    def cut(self, top: Path, chance: random.Random) -> None:
        """The power fails and comes back; what is left of the disk is from now on at `top`."""
        shutil.rmtree(top, ignore_errors=True)
        self.top, self.root = top, _written(self.root, top, chance)
        self.restarted()

    def killed(self, top: Path) -> None:
        """The process ended and the power did not: nothing is lost yet, at `top`, and nothing more was synced."""
        shutil.rmtree(top, ignore_errors=True)
        self.top = top
        _seen(self.root, top)
        self.restarted()

    def restarted(self) -> None:
        """Another process uses the disk, which knows what was not synced by the one before."""
        self.operations, self.at, self.dead = [], None, False

    def after(self, name: str, path: Path, *rest) -> None:
        getattr(self, f"_{name}")(path, *rest)

    def _folder(self, path: Path) -> Folder:
        node = self.root
        for part in path.relative_to(self.top).parts:
            node = node.live[part]
            assert isinstance(node, Folder)
        return node

    def _put(self, path: Path, node: "File | Folder | str") -> None:
        folder = self._folder(path.parent)
        folder.live[path.name] = node
        folder.changed()

    def _write(self, path: Path, data: bytes) -> None:
        file = self._folder(path.parent).live.get(path.name)
        if isinstance(file, File):
            file.live = data
        else:
            self._put(path, File(data))

    def _append(self, path: Path, data: bytes) -> None:
        file = self._folder(path.parent).live.get(path.name)
        self._write(path, (file.live if isinstance(file, File) else b"") + data)

    def _truncate(self, path: Path, size: int) -> None:
        self._write(path, path.read_bytes())

    def _fill(self, folder: Path, writer) -> None:
        for path in folder.iterdir():
            self._put(path, File(path.read_bytes()))

    def _make_folder(self, path: Path) -> None:
        self._put(path, Folder())

    def _link(self, path: Path, target: str) -> None:
        self._put(path, target)

    def _rename(self, old: Path, new: Path) -> None:
        assert old.parent == new.parent, "a rename between folders is not atomic here"
        folder = self._folder(old.parent)
        folder.live[new.name] = folder.live.pop(old.name)
        folder.changed()

    def _unlink(self, path: Path) -> None:
        folder = self._folder(path.parent)
        del folder.live[path.name]
        folder.changed()

    _remove_folder = _unlink

    def _sync(self, path: Path) -> None:
        if not self.honest:
            return
        node = self.root if path == self.top else self._folder(path.parent).live[path.name]
        if isinstance(node, File):
            node.durable = node.live
        elif isinstance(node, Folder):
            node.states = [dict(node.live)]


def _seen(folder: Folder, path: Path) -> None:
    """Make on the real disk what programs see of a folder."""
    path.mkdir()
    for name, node in folder.live.items():
        if isinstance(node, Folder):
            _seen(node, path / name)
        elif isinstance(node, File):
            (path / name).write_bytes(node.live)
        else:
            (path / name).symlink_to(node)


def _written(folder: Folder, path: Path, chance: random.Random) -> Folder:
    """Make on the real disk what is left of a folder; all that is left is durable from now on."""
    path.mkdir()
    left: dict[str, File | Folder | str] = {}
    for name, node in chance.choice(folder.states).items():
        if isinstance(node, Folder):
            left[name] = _written(node, path / name, chance)
        elif isinstance(node, File):
            data = node.after_cut(chance)
            (path / name).write_bytes(data)
            left[name] = File(data, data)
        else:
            (path / name).symlink_to(node)
            left[name] = node
    return Folder(left, [dict(left)])
