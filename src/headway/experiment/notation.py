"""An experiment as text and back: the text is the repr, laid out, and reading it runs no code.

Only the names in `vocabulary`, their fields and plain values are understood, so a file from
somebody else can do nothing but describe an experiment.
"""

import ast
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from typing import Any

from headway.experiment.allowed import check
from headway.experiment.vocabulary import NAMES

WIDTH = 100


class NotationError(ValueError):
    """Text that describes no experiment; the message names the part, the field and what is allowed."""


def text(value: Any, indent: int = 0) -> str:
    """The text of an experiment or of a part of it, a field a line where one line would be too long."""
    line = repr(value)
    if len(line) + indent <= WIDTH or not (is_dataclass(value) or isinstance(value, tuple)):
        return line
    pad = " " * (indent + 4)
    if isinstance(value, tuple):
        items = [text(item, indent + 4) for item in value]
        return "(\n" + "".join(f"{pad}{item},\n" for item in items) + " " * indent + ")"
    items = [f"{field.name}={text(vars(value)[field.name], indent + 4)}" for field in fields(value)]
    return f"{type(value).__name__}(\n" + "".join(f"{pad}{item},\n" for item in items) + " " * indent + ")"


def read(source: str) -> Any:
    """The experiment, stage or plain value that `source` describes."""
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except SyntaxError as error:
        raise NotationError(f"{source.strip()[:80]!r} cannot be read ({error.msg})") from None
    return _value(tree.body)


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return tuple(_value(item) for item in items)
        case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords):
            return make(name, {str(keyword.arg): _value(keyword.value) for keyword in keywords})
        case ast.Call(func=ast.Name(id=name)):
            raise NotationError(f"write the fields of {name} with their names, as in {name}(field=value)")
        case _:
            raise NotationError(
                f"{ast.unparse(node)[:80]!r} is not a number, a string, a tuple or a part of an experiment"
            )


def make(name: str, values: dict[str, Any]) -> Any:
    """The part called `name` with these fields; NotationError names what is unknown, missing or not allowed."""
    if name not in NAMES:
        near = get_close_matches(name, NAMES, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise NotationError(f"there is no part named {name!r}; {hint}the parts are {', '.join(sorted(NAMES))}")
    kind = NAMES[name]
    known = [field.name for field in fields(kind)]
    for given, value in values.items():
        if given not in known:
            raise NotationError(f"{name} has no field {given!r}; its fields are {', '.join(known)}")
        values[given] = check(kind, given, value)
    try:
        return kind(**values)
    except TypeError:
        missing = [name for name in known if name not in values and not _has_default(kind, name)]
        raise NotationError(f"{name} needs a value for {', '.join(missing)}") from None


def _has_default(kind: type, name: str) -> bool:
    return name in vars(kind)
