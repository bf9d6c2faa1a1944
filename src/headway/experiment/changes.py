"""One field of an experiment set to something else, by its path: `select.inner.keep` to `2`."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeGuard

from headway.experiment.allowed import check
from headway.experiment.notation import NotationError, read
from headway.experiment.vocabulary import Experiment
from headway.loop import Loop

OF_THE_LOOP = tuple(field.name for field in fields(Loop))


def changed(experiment: Experiment, changes: Mapping[str, Any]) -> Experiment:
    """The experiment with every change made, in order; the loop's fields may be named without `loop.`."""
    for path, value in changes.items():
        steps = path.split(".")
        experiment = _set(experiment, ["loop", *steps] if steps[0] in OF_THE_LOOP else steps, value, path)
    return experiment


def _set(part: Any, steps: list[str], value: Any, path: str) -> Any:
    """`part` with the value at the end of `steps` replaced."""
    step, *rest = steps
    if isinstance(part, tuple):
        if not step.isdigit() or int(step) >= len(part):
            raise NotationError(f"{path}: {step!r} is not a position from 0 to {len(part) - 1}")
        place = int(step)
        new = _set(part[place], rest, value, path) if rest else _plain(value)
        return (*part[:place], new, *part[place + 1 :])
    names = [field.name for field in fields(part)] if _is_part(part) else []
    if step not in names:
        choices = (*names, *OF_THE_LOOP) if isinstance(part, Experiment) else tuple(names)
        where = f"{type(part).__name__} has no field {step!r}"
        raise NotationError(
            f"{path}: {where}; " + (f"its fields are {', '.join(choices)}" if choices else "it has none")
        )
    new = _set(vars(part)[step], rest, value, path) if rest else check(type(part), step, _plain(value))
    return replace(part, **{step: new})


def _is_part(part: Any) -> TypeGuard[Any]:
    return is_dataclass(part) and not isinstance(part, type)


def _plain(value: Any) -> Any:
    """Text from a command line or a file as the value it describes; text that describes none is itself."""
    if isinstance(value, list):
        return tuple(_plain(item) for item in value)
    if not isinstance(value, str):
        return value
    try:
        return read(value)
    except NotationError:
        if "(" in value:
            raise
        return value
