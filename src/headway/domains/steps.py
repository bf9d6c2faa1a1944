"""The steps that small programs are made of: how a step is asked for, what it does, and the ways to write it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One step: from one kind of value to another. `{k}` in its texts is a whole number from `least` to 9, if any.

    In `ways`, `{a}` is what came before, in brackets where it needs them, and `{e}` the same without.
    A way that `binds` loosely is put in brackets by what follows it.
    """

    asked: str
    takes: str
    gives: str
    does: Callable[[Any, int], Any]
    ways: tuple[str, ...]
    least: int = 0
    binds: bool = False
    """Whether its ways end in an operator, so that what follows needs brackets."""
    thins: bool = False
    """Whether it may leave nothing of a list."""
    needs: bool = False
    """Whether it needs something in the list."""


STEPS = (
    Step("add {k}", "int", "int", lambda x, k: x + k, ("{a}+{k}", "{k}+{a}"), 1, binds=True),
    Step("subtract {k}", "int", "int", lambda x, k: x - k, ("{a}-{k}", "-{k}+{a}"), 1, binds=True),
    Step("times {k}", "int", "int", lambda x, k: x * k, ("{a}*{k}", "{k}*{a}"), 2, binds=True),
    Step("modulo {k}", "int", "int", lambda x, k: x % k, ("{a}%{k}",), 2, binds=True),
    Step("square", "int", "int", lambda x, k: x * x, ("{a}**2", "{a}*{a}", "pow({e},2)"), binds=True),
    Step("negate", "int", "int", lambda x, k: -x, ("-{a}", "0-{a}", "{a}*-1"), binds=True),
    Step("reverse", "list", "list", lambda x, k: x[::-1], ("{a}[::-1]", "list(reversed({e}))")),
    Step("sort", "list", "list", lambda x, k: sorted(x), ("sorted({e})",)),
    Step("without the first", "list", "list", lambda x, k: x[1:], ("{a}[1:]",)),
    Step("each plus {k}", "list", "list", lambda x, k: [y + k for y in x],
         ("[y+{k} for y in {e}]", "[{k}+y for y in {e}]", "list(map(lambda y:y+{k},{e}))"), 1),
    Step("each times {k}", "list", "list", lambda x, k: [y * k for y in x],
         ("[y*{k} for y in {e}]", "[{k}*y for y in {e}]", "list(map(lambda y:y*{k},{e}))"), 2),
    Step("the even ones", "list", "list", lambda x, k: [y for y in x if y % 2 == 0],
         ("[y for y in {e} if y%2==0]", "[y for y in {e} if not y%2]", "list(filter(lambda y:y%2==0,{e}))"),
         thins=True),
    Step("sum", "list", "int", lambda x, k: sum(x), ("sum({e})",)),
    Step("largest", "list", "int", lambda x, k: max(x), ("max({e})", "sorted({e})[-1]"), needs=True),
    Step("smallest", "list", "int", lambda x, k: min(x), ("min({e})", "sorted({e})[0]"), needs=True),
    Step("count", "list", "int", lambda x, k: len(x), ("len({e})", "sum(1 for y in {e})")),
    Step("backwards", "str", "str", lambda x, k: x[::-1], ("{a}[::-1]", "''.join(reversed({e}))")),
    Step("upper", "str", "str", lambda x, k: x.upper(), ("{a}.upper()",)),
    Step("lower", "str", "str", lambda x, k: x.lower(), ("{a}.lower()",)),
    Step("twice", "str", "str", lambda x, k: x * 2, ("{a}*2", "2*{a}", "{a}+{a}"), binds=True),
    Step("first {k}", "str", "str", lambda x, k: x[:k], ("{a}[:{k}]", "{a}[0:{k}]"), 1),
    Step("length", "str", "int", lambda x, k: len(x), ("len({e})",)),
)  # fmt: skip
KINDS = ("int", "list", "str")
LARGEST = 9
BY_TEXT = {
    step.takes + step.asked.format(k=number): (step, number)
    for step in STEPS
    for number in (range(step.least, LARGEST + 1) if step.least else (0,))
}

Chosen = tuple[Step, int]


def drawn(draws: random.Random, kind: str, steps: int) -> list[Chosen]:
    """`steps` steps that follow from each other and start at `kind`."""
    made: list[Chosen] = []
    thinned = False
    while len(made) < steps:
        last = made[-1][0].gives if made else kind
        step = draws.choice([one for one in STEPS if one.takes == last and not (one.needs and thinned)])
        made.append((step, draws.randint(step.least, LARGEST) if step.least else 0))
        thinned |= step.thins
    return made


def done(chosen: Sequence[Chosen], value: Any) -> Any:
    """What the steps make of a value."""
    for step, number in chosen:
        value = step.does(value, number)
    return value


def written(chosen: Sequence[Chosen], draws: random.Random) -> str:
    """The steps as one Python expression of `x`, each in one of its ways."""
    text, loose = "x", False
    for step, number in chosen:
        way = draws.choice(step.ways)
        text = way.format(a=f"({text})" if loose else text, e=text, k=number)
        loose = step.binds
    return text


def input_of(draws: random.Random, kind: str) -> Any:
    """A value to call a program with."""
    if kind == "int":
        return draws.randint(-20, 40)
    if kind == "list":
        return [draws.randint(-9, 30) for _ in range(draws.randint(5, 9))]
    return "".join(draws.choices("abcdeXYZ 01", k=draws.randint(1, 9)))
