"""The program in a completion: a fenced block, or the text itself. It is found, never parsed: it may be anything."""

import re

FENCE = re.compile(r"```[ \t]*(?:python|py|python3)?[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL | re.IGNORECASE)
STATEMENT = re.compile(
    r"^\s*(?:def|async|class|import|from|@|try|for|while|if|with|[A-Za-z_]\w*\s*=[^=])", re.MULTILINE
)


def program_in(text: str) -> str | None:
    """The last fenced block, or the whole text where there is none, less blank ends; None where nothing is left."""
    blocks = FENCE.findall(text)
    code = (blocks[-1] if blocks else text).replace("\r\n", "\n").strip("\n")
    lines = [line.rstrip() for line in code.split("\n")]
    return "\n".join(lines).strip() or None


def with_function(code: str, entry: str, parameters: str) -> str:
    """A program that defines `entry`: the code itself, or a function that returns it where it is an expression."""
    if STATEMENT.search(code):
        return code
    return f"def {entry}({parameters}):\n return ({code.removeprefix('return ')}\n)\n"
