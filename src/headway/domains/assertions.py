"""Tests written as Python assertions, read as what is called and what must come back; nothing of them is run."""

import ast

from headway.sandbox.candidate import Case


class NotACase(ValueError):
    """An assertion that says more than that a call returns a plain value."""


def cases_in(source: str, entry: str | None = None) -> tuple[str, tuple[Case, ...]]:
    """The function that the assertions of `source` call, and its cases; ValueError names the line that cannot be read.

    Read are `assert f(1, [2]) == 3`, the same the other way round, `assert f(1)`, `assert not f(1)` and `is`, wherever
    they stand: MBPP's lists are such lines, HumanEval's a function around them, where `candidate` stands for `entry`.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise NotACase(f"the tests are no Python ({error.msg}, line {error.lineno})") from None
    found = [_case(node, source) for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    if not found:
        raise NotACase("there is no assertion in the tests")
    names = {name for name, _ in found}
    called = names.pop()
    if names or (entry is not None and called not in (entry, "candidate")):
        raise NotACase(f"the tests call {', '.join(sorted({called, *names}))}; they must call one function, {entry}")
    return entry or called, tuple(case for _, case in found)


def _case(node: ast.Assert, source: str) -> tuple[str, Case]:
    line = ast.get_source_segment(source, node) or ""
    try:
        call, expected = _sides(node.test)
        if call.keywords or not isinstance(call.func, ast.Name):
            raise ValueError
        arguments = tuple(ast.literal_eval(argument) for argument in call.args)
        return call.func.id, Case(arguments, expected)
    except ValueError:
        raise NotACase(
            f"line {node.lineno} of the tests, {line[:80]!r}, is not a call with plain values and the plain value that "
            f"it returns"
        ) from None


def _sides(test: ast.expr) -> tuple[ast.Call, object]:
    """The call and what it must return."""
    if isinstance(test, ast.Call):
        return test, True
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Call):
        return test.operand, False
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.Is):
        left, right = test.left, test.comparators[0]
        if isinstance(left, ast.Call):
            return left, ast.literal_eval(right)
        if isinstance(right, ast.Call):
            return right, ast.literal_eval(left)
    raise ValueError
