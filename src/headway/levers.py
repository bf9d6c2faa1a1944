"""What a ruling may change in the loop: one field of a stage, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, Protocol, TypeGuard, runtime_checkable

from headway.stages import require


@dataclass(frozen=True)
class Lever:
    """The field at `path`, such as `select.share`, and the values that it takes one after the other when it is pulled.

    A whole number where the field holds one.
    """

    path: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        room = self.path.partition(".")[0]
        require(
            room in ("propose", "sample", "judges", "select", "train") and "." in self.path,
            self,
            "path",
            "a field of propose, sample, judges, select or train, such as select.share; a ruling never moves its exam",
        )
        require(len(self.values) >= 1, self, "values", "one or more numbers")


@runtime_checkable
class Carried(Protocol):
    """A stage whose work an engine does elsewhere: a lever reaches the stage inside."""

    inner: Any
    carrier: Any


def pulled(rooms: Mapping[str, Any], changes: Mapping[str, float]) -> dict[str, Any]:
    """Those of a loop's stages, by the name of the room, that these changes of fields, by path, make anew.

    ValueError where a path leads to no number.
    """
    made: dict[str, Any] = {}
    for path, value in changes.items():
        room, *steps = path.split(".")
        made[room] = _with(made.get(room, rooms[room]), steps, value, path)
    return made


def _with(part: Any, steps: list[str], value: float, path: str) -> Any:
    if isinstance(part, Carried) and _is_part(part):
        return replace(part, inner=_with(part.inner, steps, value, path))
    step, *rest = steps
    if isinstance(part, tuple) and step.isdigit() and int(step) < len(part):
        place = int(step)
        return (*part[:place], _with(part[place], rest, value, path), *part[place + 1 :])
    if not _is_part(part) or step not in vars(part):
        raise ValueError(f"a lever of the gate has the path {path!r}, but {part!r} has no field {step!r}")
    old = vars(part)[step]
    if rest:
        return replace(part, **{step: _with(old, rest, value, path)})
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise ValueError(f"a lever of the gate has the path {path!r}, which holds {old!r} and not a number")
    return replace(part, **{step: int(value) if isinstance(old, int) and value == int(value) else value})


def _is_part(part: Any) -> TypeGuard[Any]:
    return is_dataclass(part) and not isinstance(part, type)
