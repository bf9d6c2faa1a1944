"""The tables of the page: first against now, the ruling of every round, the claims, and what the terms mean."""

from collections.abc import Sequence

from headway.report.contents import Arm, Claim, Section
from headway.report.standing import Change, Run, change, measured, measured_ks
from headway.report.words import counted, escaped, gain, interval, named, number
from headway.stages import Round, Ruling

TERMS = (
    ("accuracy", "The chance that one attempt at a task is right, averaged over tasks; the same as pass@1."),
    ("pass@k", "The share of tasks at which at least one of k attempts is right (unbiased estimate)."),
    ("self-score", "The model's own mean verdict on its attempts, from 0 (all wrong) to 1 (all right)."),
    ("overclaim", "Self-score minus accuracy: approval that the world does not share."),
    ("distinct right", "Different right answers a task among the attempts of one exam, spelling aside."),
    (
        "interval",
        "In brackets, 95 %: with one seed a bootstrap over exam tasks, which says nothing about other seeds; "
        "with several seeds a Student t interval over seeds. Where a gate chose among rounds of one seed, "
        "the interval of a difference is widened to hold for all of them.",
    ),
    ("set aside", "A round that the gate rolled back or that could not be trained on; the loop goes on without it."),
)


def columns_for(panels: int) -> int:
    """How many panels stand side by side on a wide screen: one to three, and two by two for four."""
    return 3 if panels == 3 or panels > 4 else min(panels, 2)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int = 99) -> str:
    """Rows of finished HTML under a head; columns from `numbers_from` on are set as numbers."""

    def cells(tag: str, row: Sequence[str]) -> str:
        kinds = (' class="number"' if place >= numbers_from else "" for place in range(len(row)))
        return "".join(f"<{tag}{kind}>{cell}</{tag}>" for kind, cell in zip(kinds, row, strict=True))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{cells("th", head)}</tr></thead><tbody>{body}</tbody></table></div>'


def arms_table(section: Section, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column names the arm and whose third and later are numbers; one arm needs no name."""
    only = len(section.arms) == 1
    return table(head[only:], [row[only:] for row in rows], numbers_from=2 - only)


def numbers(section: Section) -> str:
    """First against now for every arm: what the curves say, with the difference and its interval."""
    metrics = shown_metrics([run for arm in section.arms for run in arm.runs])
    changes = {arm.name: [change(arm.runs, metric) for metric in metrics] for arm in section.arms}
    if not any(found for row in changes.values() for found in row):
        return ""
    rows = [
        (escaped(arm.name), _behind(arm, changes[arm.name]), *(_first_to_now(found) for found in changes[arm.name]))
        for arm in section.arms
    ]
    head = ("arm", "over", *map(named, metrics))
    return f"<h4>From the first round to the model that stands now</h4>{arms_table(section, head, rows)}"


def shown_metrics(runs: Sequence[Run]) -> tuple[str, ...]:
    """The measures that tables have: quality, and coverage, opinion and diversity where an exam has them."""
    ks = measured_ks(runs)
    others = (metric for metric in ("self_score", "distinct_right") if measured(runs, metric))
    return ("accuracy", *([f"pass@{ks[-1]}"] if ks and ks[-1] > 1 else []), *others)


def _behind(arm: Arm, changes: Sequence[Change | None]) -> str:
    """How many independent units are behind the differences in one arm's row."""
    tasks = max((found.difference.n for found in changes if found), default=0)
    return counted(len(arm.runs), "seed") if len(arm.runs) > 1 else counted(tasks, "task")


def _first_to_now(found: Change | None) -> str:
    if found is None:
        return '<span class="quiet">–</span>'
    same = found.difference.low == found.difference.high == 0.0
    difference = "no difference" if same else gain(found.difference)
    numbers = f"{number(found.first.value)} → {number(found.now.value)}"
    return f'{numbers}<span class="beneath">{difference}</span>'


def rulings(section: Section) -> str:
    """A table a run: what the gate decided about each round, why, and on which numbers."""
    many = sum(len(arm.runs) for arm in section.arms) > 2
    parts = []
    for arm in section.arms:
        for seed, run in enumerate(arm.runs):
            title = f"{escaped(arm.name)}: " if len(section.arms) > 1 else ""
            which = f"seed {seed + 1} of {len(arm.runs)}, " if len(arm.runs) > 1 else ""
            summary = f"<summary>{title}{which}{_summed(run)}</summary>"
            parts.append(f"<details{'' if many else ' open'}>{summary}{_ruling_table(run)}</details>")
    return f"<h4>The ruling on each round</h4>{''.join(parts)}"


def _summed(run: Run) -> str:
    ruled = [turn.ruling for turn in run if turn.ruling and turn.index > 0]
    accepted = sum(ruling.accept for ruling in ruled)
    stop = ", then stopped" if ruled and ruled[-1].stop else ""
    return f"{accepted} of {counted(len(ruled), 'round')} accepted{stop}"


def _ruling_table(run: Run) -> str:
    metrics = shown_metrics((run,))
    head = ("round", "ruling", *(named(metric) for metric in metrics), "goes on from", "why")
    rows = []
    for turn in run:
        onward = "" if turn.ruling is None else f"round {turn.ruling.keep}"
        why = escaped(turn.ruling.reason if turn.ruling else turn.refused or "") + _beneath(turn.ruling)
        rows.append((str(turn.index), _decided(turn), *(_measured(turn, metric) for metric in metrics), onward, why))
    return table(head, rows)


def _measured(turn: Round, metric: str) -> str:
    if turn.report is None or metric not in turn.report.estimates:
        return '<span class="quiet">–</span>'
    estimate = turn.report.estimates[metric]
    return f'{number(estimate.value)}<span class="beneath">{interval(estimate)}</span>'


def _beneath(ruling: Ruling | None) -> str:
    """Under the reason: what would have turned it, and by whose standards it was made."""
    if ruling is None:
        return ""
    lines = [f"would turn on {ruling.flips}" if ruling.flips else "", f"standards: {ruling.by}" if ruling.by else ""]
    return "".join(f'<span class="beneath">{escaped(line)}</span>' for line in lines if line)


def _decided(turn: Round) -> str:
    if turn.refused:
        return '<span class="wrong">✗ refused</span>'
    if turn.ruling is None:
        return '<span class="quiet">in progress</span>'
    if turn.ruling.accept:
        return f'<span class="right">✓ {escaped("accepted" + turn.ruling.action.removeprefix("accept"))}</span>'
    more = (
        "" if turn.ruling.action in ("", "roll back") else f'<span class="beneath">{escaped(turn.ruling.action)}</span>'
    )
    return f'<span class="wrong">↩ rolled back</span>{more}'


def claims(made: Sequence[Claim]) -> str:
    """Every claim with its evidence and whether it holds."""
    said = {
        True: '<span class="right">✓ holds</span>',
        False: '<span class="wrong">✗ does not hold</span>',
        None: '<span class="quiet">? cannot tell</span>',
    }
    rows = [(escaped(claim.sentence), escaped(claim.evidence), said[claim.holds]) for claim in made]
    return table(("claim", "evidence", "does it hold?"), rows)


def terms() -> str:
    """What the words of the page mean, a line each."""
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{meaning}</dd>" for name, meaning in TERMS) + "</dl>"
