"""Whether a value may stand in a field: a sentence that names the field and what is allowed, if not."""

import types
import typing
from typing import Any, Literal, Union

from headway.experiment.vocabulary import PARTS

PLAIN = {int: "a whole number", float: "a number", str: "a text", bool: "True or False", type(None): "None"}


def check(kind: type, field: str, value: Any) -> Any:
    """`value` for that field of `kind`, whole numbers made floats where wanted; ValueError if it does not fit."""
    hint = typing.get_type_hints(kind)[field]
    if not fits(value, hint):
        raise ValueError(f"{kind.__name__}.{field} is {value!r}; allowed: {allowed(hint)}")
    return float(value) if hint is float else value


def fits(value: Any, hint: Any) -> bool:
    """Whether `value` is of the type that an annotation asks for."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return any(fits(value, one) for one in inside)
    if origin is Literal:
        return value in inside
    if origin is tuple:
        return isinstance(value, tuple) and all(fits(item, inside[0]) for item in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, PARTS.get(hint, hint))


def allowed(hint: Any) -> str:
    """What an annotation asks for, in words."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(allowed(one) for one in inside)
    if origin is Literal:
        return " or ".join(repr(one) for one in inside)
    if origin is tuple:
        return f"a tuple, each of it {allowed(inside[0])}"
    if hint in PARTS:
        return " or ".join(f"{part.__name__}(...)" for part in PARTS[hint])
    return PLAIN[hint]
