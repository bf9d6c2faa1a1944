"""Fields of an experiment from the command line (`--select.inner.keep 2`) or a TOML file, without code."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from headway.experiment import Experiment, changed, read
from headway.presets import PRESETS
from headway.stages import Domain

DOMAINS = ("puzzles", "addition", "copy", "reverse", "multiplication", "mazes", "programs")
OWN_KEYS = ("preset", "domain", "checker")
"""Keys of a TOML file that are not fields of the experiment."""


def experiment_named(name: str, domain: str | None, checker: str | None, changes: Mapping[str, Any]) -> Experiment:
    """The preset called `name`, or the experiment of a TOML file, with these changes made to it."""
    if name.endswith(".toml"):
        return experiment_in(Path(name), domain, checker, changes)
    if name not in PRESETS:
        raise ValueError(
            f"there is nothing named {name!r} to run; name {', '.join(PRESETS)}, the study collapse, or a .toml file"
        )
    return changed(PRESETS[name](domain_named(domain or "puzzles", checker)), changes)


def experiment_in(path: Path, domain: str | None, checker: str | None, changes: Mapping[str, Any]) -> Experiment:
    """The experiment of a TOML file: `preset`, `domain`, `checker`, and any field by its path or in nested tables."""
    if not path.is_file():
        raise ValueError(f"{path} does not exist; give a .toml file or one of {', '.join(PRESETS)}")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}") from None
    fields = dict(_flat({key: value for key, value in content.items() if key not in OWN_KEYS}))
    return experiment_named(
        content.get("preset", "guarded"),
        domain or content.get("domain"),
        checker or content.get("checker"),
        {**fields, **changes},
    )


def domain_named(name: str, checker: str | None = None) -> Domain:
    """A domain by its name, its text such as `Puzzles(numbers=5)`, or a file of prompts."""
    from headway.domains import Addition, Coding, File, Mazes, Multiplication, Programs, Puzzles, Strings
    from headway.domains.coding import has_tests
    from headway.experiment.vocabulary import PARTS

    if Path(name).suffix in (".jsonl", ".parquet"):
        return File(name, checker or "") if checker or not has_tests(name) else Coding(name)
    if checker:
        raise ValueError(f"a checker goes with a file of prompts, but the domain is {name!r}; give --domain FILE.jsonl")
    if name in DOMAINS:
        made = (
            Puzzles(),
            Addition(1, 2),
            Strings(),
            Strings(reverse=True),
            Multiplication(1, 2),
            Mazes(1, 3, nodes=10),
            Programs(),
        )
        return dict(zip(DOMAINS, made, strict=True))[name]
    found = read(name) if "(" in name else None
    if found is None or not isinstance(found, PARTS[Domain]):
        raise ValueError(
            f"domain {name!r} is not known; name one of {', '.join(DOMAINS)}, "
            f"write one out as in 'Puzzles(numbers=5)', or give a .jsonl or .parquet file of prompts"
        )
    return found


def changes_of(tokens: Sequence[str]) -> dict[str, str]:
    """`--path value` and `--path=value` pairs."""
    changes: dict[str, str] = {}
    rest = iter(tokens)
    for token in rest:
        if not token.startswith("--"):
            raise ValueError(f"{token!r} is not expected here; fields are set as --select.inner.keep 2")
        path, equals, value = token[2:].partition("=")
        if not equals:
            value = next(rest, None)  # type: ignore[assignment]
        if value is None:
            raise ValueError(f"--{path} needs a value")
        changes[path] = value
    return changes


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested tables as dotted paths, a table's own keys in their order."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
