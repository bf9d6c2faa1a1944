"""A small language of whole-number functions of x: a part of Python, parsed by Python and run by this file alone.

Nothing else can be reached from it: no names but `x`, no calls but `abs`, `max` and `min`, no attributes, no powers.
"""

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 60
"""Characters that a program may have: this bounds its depth and the size of what it can compute."""
OPERATORS: Mapping[type[ast.AST], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
}
COMPARISONS: Mapping[type[ast.AST], Callable[[int, int], bool]] = {
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.Eq: operator.eq,
}
FUNCTIONS: Mapping[str, tuple[Callable[..., Any], int]] = {"abs": (abs, 1), "max": (max, 2), "min": (min, 2)}
"""Each with the number of its arguments."""


class NoProgram(ValueError):
    """A text that is no program of the language."""


def outputs(text: str, inputs: range) -> tuple[int, ...] | None:
    """What the program gives at every input; None where it is none, or fails at one of them."""
    try:
        body = parsed(text)
        return tuple(run(body, x) for x in inputs)
    except (NoProgram, ZeroDivisionError):
        return None


def parsed(text: str) -> ast.expr:
    """The expression; NoProgram where Python cannot read it. What it is made of is looked at as it is run."""
    if len(text) > LONGEST:
        raise NoProgram(f"a program has at most {LONGEST} characters, this one {len(text)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `2(x)` warns, and is then no program
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NoProgram(f"{text!r} cannot be read") from None


def run(node: ast.expr, x: int) -> int:
    """The value of an expression; NoProgram for what the language does not have, ZeroDivisionError as in Python."""
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id="x"):
            return x
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -run(inner, x)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](run(left, x), run(right, x))
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=other) if (
            type(op) in COMPARISONS
        ):
            # Both branches are run: a program is valid as a whole or not at all.
            yes, no = run(body, x), run(other, x)
            return yes if COMPARISONS[type(op)](run(left, x), run(right, x)) else no
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if (
            name in FUNCTIONS and len(arguments) == FUNCTIONS[name][1]
        ):
            return FUNCTIONS[name][0](*(run(argument, x) for argument in arguments))
        case _:
            raise NoProgram(f"{ast.dump(node)[:60]} is not in the language")
