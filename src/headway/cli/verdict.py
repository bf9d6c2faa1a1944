"""The audit as a page on the terminal: the verdict, the numbers it rests on, the texts, and what was read."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from headway.audit.auditing import Audit
from headway.audit.context import in_words
from headway.audit.evidence import Answer, Lost, Passage, Repeated
from headway.audit.shown import Line, counted_facts, kinds, lines, named, problem_in_words
from headway.report.words import number, signed, visible
from headway.stats import Estimate

COLOURS = {"healthy": "green", "cannot tell": "yellow"}
LONGEST = 160
"""Characters of a text that are shown."""


def page_of(audit: Audit, html: Path | None = None) -> RenderableType:
    """Everything, from the verdict in one sentence to what could not be read."""
    parts: list[RenderableType] = [_verdict(audit), *_further(audit), Text(), _numbers(audit)]
    parts += _kinds(audit) + _in_context(audit) + _texts(audit) + _missing(audit) + _read(audit)
    if html is not None:
        parts += [Text(), Text(str(html), style="dim")]
    return Group(*parts)


def _verdict(audit: Audit) -> Text:
    """The first word in colour, the rest plain."""
    head, colon, rest = audit.verdict.sentence.partition(":")
    return Text.assemble((head + colon, f"bold {colour_of(audit.verdict.name)}"), rest)


def colour_of(name: str) -> str:
    """Green for healthy, yellow where the data cannot tell, red for a finding."""
    return COLOURS.get(name, "red")


def _further(audit: Audit) -> list[RenderableType]:
    """The other findings, whose numbers are in the table, and the notes."""
    also = ", ".join(f"{finding.name} since step {finding.since_step}" for finding in audit.verdict.findings[1:])
    said = [Text.assemble(("Also ", "dim"), also)] if also else []
    return [*said, *(Text(note) for note in audit.verdict.notes)]


def _numbers(audit: Audit) -> Table:
    """A line a measure: its course, where it began and where it is, and the change that a finding rests on."""
    last = audit.stretches[-1]
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column(f"{audit.stretches[0].first} … {last.last}", no_wrap=True)
    table.add_column("first", justify="right", no_wrap=True)
    table.add_column("now", justify="right", no_wrap=True)
    if audit.verdict.findings:
        table.add_column("change, 95 % at all steps", no_wrap=True)
    for line in lines(audit):
        table.add_row(*_row(line)[: len(table.columns)])
    return table


def _row(line: Line) -> tuple[Text, Text, Text, Text, Text]:
    style = "red" if line.evidence else "dim"
    change = Text()
    if line.evidence is not None:
        moved = line.evidence.change
        change = Text.assemble(
            (signed(moved.value), "bold"), f" [{signed(moved.low)}, {signed(moved.high)}]", (f" n={moved.n:,}", "dim")
        )
    name = Text(line.name, "" if line.evidence else "dim")
    return name, Text(line.spark, style), value_of(line.first), value_of(line.last), change


def value_of(estimate: Estimate) -> Text:
    """A number and half the width of its interval."""
    half = (estimate.high - estimate.low) / 2
    return Text.assemble(plain(estimate.value), (f" ±{plain(half)}", "dim"))


def plain(value: float) -> str:
    """Two decimals below 10, whole numbers from 100."""
    return number(value) if abs(value) < 10 else f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"


def _kinds(audit: Audit) -> list[RenderableType]:
    """A line a kind of prompt: where its measures began and where they are."""
    names, rows = kinds(audit)
    if not rows:
        return []
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("by kind of prompt", "prompts", *names):
        table.add_column(name, justify="left" if name == "by kind of prompt" else "right", no_wrap=True)
    for row in rows:
        ends = (
            Text("") if one is None else Text.assemble((f"{plain(one[0].value)} → ", "dim"), value_of(one[1]))
            for one in row.courses
        )
        table.add_row(Text(visible(row.name)), Text(f"{row.prompts:,}", "dim"), *ends)
    return [Text(), table]


def _in_context(audit: Audit) -> list[RenderableType]:
    """Accuracy by the share of errors in the context, where rollouts are turns."""
    found = audit.in_context
    if found is None:
        return []
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("errors in the context", "accuracy", "conversations"):
        table.add_column(name, justify="left" if name.startswith("errors") else "right", no_wrap=True)
    for name, estimate in found.by_share:
        table.add_row(name, value_of(estimate), Text(f"{estimate.n:,}", "dim"))
    return [Text(), table, Text(in_words(found), "dim")]


def _texts(audit: Audit) -> list[RenderableType]:
    """What is repeated, and what was right and is gone."""
    texts = audit.texts
    if texts is None:
        return []
    parts: list[RenderableType] = []
    if texts.repeated:
        parts += [Text(), Text(f"Most repeated in {texts.last}", style="bold"), _repeated(texts.repeated, audit)]
    if texts.passages:
        head = f"Passages that texts at different tasks have in common in {texts.last}"
        parts += [Text(), Text(head, style="bold"), _passages(texts.passages)]
    if texts.compared:
        asked = f"{texts.right_gone:,} of {texts.right_before:,} different right answers, {texts.right_new:,} new"
        head = f"Right in {texts.first}, gone in {texts.last}: "
        where = f" (at {texts.compared:,} tasks asked in both)"
        parts += [Text(), Text.assemble((head, "bold"), asked, (where, "dim")), *(_lost(one) for one in texts.lost)]
    return parts


def _repeated(rows: tuple[Repeated, ...], audit: Audit) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("times", "tasks", "share", "was", "right", "reward"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("text")
    for row in rows:
        judged = (Text("–", "dim") if one is None else Text(plain(one)) for one in (row.gold, row.reward))
        shares = (f"{row.now:.1%}", f"{row.before:.1%}")
        table.add_row(f"{row.count:,}", f"{row.tasks:,}", *shares, *judged, shortened(row.text))
    return table


def _passages(rows: tuple[Passage, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("of texts", justify="right", no_wrap=True)
    table.add_column("was", justify="right", no_wrap=True)
    table.add_column("passage")
    for row in rows:
        table.add_row(f"{row.now:.0%}", f"{row.before:.0%}", shortened(row.text))
    return table


def _lost(one: Lost) -> RenderableType:
    said = Text("  ")
    said.append("task ", "dim").append(shortened(one.prompt or one.task)).append("\n    gone ", "dim")
    said.append_text(_answers(one.gone, one.attempts[0])).append("\n    now  ", "dim")
    return said.append_text(_answers(one.instead, one.attempts[1]))


def _answers(answers: tuple[Answer, ...], attempts: int) -> Text:
    """Answers with a mark for right and wrong, and their number."""
    listed = Text()
    for answer in answers:
        mark, style = marked(answer.gold)
        listed.append(shortened(answer.text, LONGEST // 3), style).append(f" {mark}×{answer.count}   ", "dim")
    return listed.append(f"of {attempts}", "dim")


def marked(gold: float | None) -> tuple[str, str]:
    """A mark that is not colour alone, and the colour."""
    if gold is None:
        return "", ""
    return ("✓ ", "green") if gold >= 0.5 else ("✗ ", "red")


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text on one line, its middle left out where it is long, with nothing in it that a terminal obeys."""
    line = visible(" ".join(text.split()))
    rest = len(line) - longest
    return line if rest <= 0 else f"{line[: longest // 2]} …{rest:,} more… {line[-longest // 2 :]}"


def _missing(audit: Audit) -> list[RenderableType]:
    lacking = named(audit.verdict.missing, audit)
    if not lacking:
        return []
    return [Text(), Text("With this the audit could say more", style="bold"), *(Text(f"  {one}") for one in lacking)]


def _read(audit: Audit) -> list[RenderableType]:
    """What was read, from which fields, and what was not."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(style="dim")
    for name, fact in counted_facts(audit):
        table.add_row(name, visible(fact))
    for problem in audit.problems:
        table.add_row("set aside", visible(problem_in_words(problem)))
    for other in audit.others:
        table.add_row("also here", visible(other))
    return [Text(), table]
