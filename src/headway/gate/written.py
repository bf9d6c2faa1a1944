"""Standards as people write them: a TOML file, who signed it, and a hash that notices a change.

```
[test]
alpha = 0.1                  # how often a round that breaks a must may stand, over the whole run
bounds = "betting"           # or "student"

[[standard]]
id = "answers-stay-right"
protects = "who asks once"
owner = "the course"
measures = "accuracy"        # a measure of the exam that has a number a task
margin = 0.04
level = "must"               # or "should"
evidence = "tool"            # the verdict that it has to rest on

[signed]
by = "Ada, for the course"
on = 2026-11-23
sha256 = "..."               # `headway govern sign standards.toml --by "Ada, for the course"` writes this part
```
"""

import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from headway.atomic import write_whole
from headway.gate.findings import BOUNDS
from headway.gate.standards import Standard

NEEDED = {"id": str, "protects": str, "owner": str, "measures": str, "margin": float, "level": str, "evidence": str}
OPTIONAL = {"relative": bool, "most": float}
KINDS = {str: "a text", float: "a number", bool: "true or false", list: "a list of tables", dict: "a table"}


class StandardsError(ValueError):
    """A file of standards that cannot be used; the message names the file, the place and what to do."""


@dataclass(frozen=True)
class Signed:
    """Who signed standards, when, and the hash of what was signed: it shows a change, and proves no identity."""

    by: str
    on: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.by}, {self.on}, sha256 {self.sha256[:12]}"


@dataclass(frozen=True)
class Written:
    """What a file of standards says."""

    standards: tuple[Standard, ...]
    alpha: float
    bounds: str
    signed: Signed | None


def content_hash(standards: Sequence[Standard], alpha: float, bounds: str) -> str:
    """SHA-256 of what standards say, whatever the layout of the file."""
    said = {"alpha": float(alpha), "bounds": bounds, "standards": [asdict(one) for one in standards]}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_standards(path: Path) -> Written:
    """What the file says; StandardsError where it is missing, is no such file, or was changed since it was signed."""
    if not path.is_file():
        raise StandardsError(f'{path} does not exist; name a file of standards, as in standards="standards.toml"')
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StandardsError(f"{path} is not TOML: {error}") from None
    _keys(f"{path}", content, {"standard": list}, {"test": dict, "signed": dict})
    test = content.get("test", {})
    _keys(f"{path} [test]", test, {"alpha": float}, {"bounds": str})
    bounds = test.get("bounds", "betting")
    _one_of(f"{path} [test] bounds", bounds, BOUNDS)
    standards = tuple(_standard(path, place, one) for place, one in enumerate(content["standard"], 1))
    names = [one.name for one in standards]
    for name in names:
        if names.count(name) > 1:
            raise StandardsError(f"{path} has two standards with the id {name!r}; give each its own")
    if not any(one.must for one in standards):
        raise StandardsError(f'{path} has no standard whose level is "must", so nothing could be refused; make one')
    return Written(standards, float(test["alpha"]), bounds, _signed(path, content, standards, test["alpha"], bounds))


def sign(path: Path, by: str, on: str) -> Signed:
    """Write at the end of the file who signs what it says now; StandardsError where it is signed already."""
    found = read_standards(path)
    if found.signed is not None:
        raise StandardsError(f"{path} is signed already ({found.signed}); take its [signed] part out to sign it anew")
    signed = Signed(by, on, content_hash(found.standards, found.alpha, found.bounds))
    signature = "\n[signed]\n" + "".join(f"{key} = {json.dumps(said)}\n" for key, said in asdict(signed).items())
    write_whole(path, path.read_bytes() + signature.encode())
    return signed


def _standard(path: Path, place: int, fields: Any) -> Standard:
    if not isinstance(fields, dict):
        raise StandardsError(f"{path} has a standard {place} that is no table; begin each with [[standard]]")
    where = f"{path} standard {fields.get('id', place)!r}"
    _keys(where, fields, NEEDED, OPTIONAL)
    _one_of(f"{where} level", fields["level"], ("must", "should"))
    try:
        return Standard(
            metric=fields["measures"],
            margin=float(fields["margin"]),
            relative=fields.get("relative", False),
            must=fields["level"] == "must",
            most=float(fields.get("most", 1.0)),
            evidence=fields["evidence"],
            name=fields["id"],
            protects=fields["protects"],
            owner=fields["owner"],
        )
    except ValueError as error:
        raise StandardsError(f"{where}: {error}") from None


def _signed(
    path: Path, content: Mapping[str, Any], standards: Sequence[Standard], alpha: float, bounds: str
) -> Signed | None:
    if "signed" not in content:
        return None
    fields = {key: str(said) for key, said in content["signed"].items()}  # TOML reads a date as a date
    _keys(f"{path} [signed]", fields, dict.fromkeys(("by", "on", "sha256"), str), {})
    signed, found = Signed(**fields), content_hash(standards, alpha, bounds)
    if signed.sha256 != found:
        raise StandardsError(
            f"{path} was changed after {signed.by} signed it: what it says now has the SHA-256 {found[:12]}, and "
            f"{signed.sha256[:12]} was signed; undo the change, or take the [signed] part out and sign it anew"
        )
    return signed


def _keys(where: str, fields: Mapping[str, Any], needed: Mapping[str, type], optional: Mapping[str, type]) -> None:
    for key in needed:
        if key not in fields:
            raise StandardsError(f"{where} has no {key!r}; it needs {', '.join(needed)}")
    for key, said in fields.items():
        kind = needed.get(key) or optional.get(key)
        if kind is None:
            known = ", ".join((*needed, *optional))
            raise StandardsError(f"{where} has {key!r}, which means nothing; it may have {known}")
        fits = isinstance(said, int | float) and not isinstance(said, bool) if kind is float else isinstance(said, kind)
        if not fits:
            raise StandardsError(f"{where}: {key!r} is {said!r} and has to be {KINDS[kind]}")


def _one_of(where: str, said: str, allowed: Collection[str]) -> None:
    if said not in allowed:
        raise StandardsError(f"{where} is {said!r}; allowed: {' or '.join(map(repr, allowed))}")
