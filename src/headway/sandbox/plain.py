"""Plain values spelled as text: equal type and value give equal text, and nothing else does.

The process that runs a candidate spells what the candidate returned, the trusted one spells what it expects, and
the two texts are compared. So nothing that a candidate made is ever parsed, unpickled or asked whether it is equal.
"""

from typing import Any

DEEPEST = 50
"""How deep a plain value may be nested."""


class NotPlain(TypeError):
    """A value that is no plain data; the message names its type."""


def spelled(value: Any, depth: int = DEEPEST) -> str:
    """`value` as text; NotPlain for anything but None, bool, int, float, str, bytes, list, tuple, dict, set, frozenset.

    Exact types only: `True` is not `1`, `1.0` is not `1`, a subclass is nothing. -0.0 reads as 0.0, which it equals;
    NaN equals nothing and is refused. Order counts in lists and tuples, not in sets and dicts.
    """
    kind = type(value)
    if kind is int:
        return repr(value) if -(1 << 64) < value < 1 << 64 else hex(value)  # decimal is slow and capped for long ones
    if kind is str:
        return ascii(value)
    if kind is bool or value is None or kind is bytes:
        return repr(value)
    if kind is float:
        return _number(value)
    if depth <= 0:
        raise NotPlain(f"nested more than {DEEPEST} deep")
    if kind is list:
        return "[" + ",".join([spelled(item, depth - 1) for item in value]) + "]"
    if kind is tuple:
        return "(" + "".join([spelled(item, depth - 1) + "," for item in value]) + ")"
    if kind is set or kind is frozenset:
        return kind.__name__ + "(" + ",".join(sorted(spelled(item, depth - 1) for item in value)) + ")"
    if kind is dict:
        return "{" + ",".join(sorted(_pair(pair, depth - 1) for pair in value.items())) + "}"
    raise NotPlain(kind.__name__)


def _number(value: float) -> str:
    if value != value:
        raise NotPlain("nan")
    return repr(value + 0.0)


def _pair(pair: tuple[Any, Any], depth: int) -> str:
    return spelled(pair[0], depth) + ":" + spelled(pair[1], depth)
