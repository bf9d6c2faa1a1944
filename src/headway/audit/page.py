"""The audit as one HTML file, in the look of the run report."""

from dataclasses import dataclass

from headway.audit.auditing import Audit
from headway.audit.context import in_words
from headway.audit.curves import curves
from headway.audit.evidence import Answer, Lost, Passage, Repeated
from headway.audit.shown import Line, counted_facts, kinds, lines, named, problem_in_words
from headway.report.page import document, header
from headway.report.tables import table
from headway.report.words import counted, escaped, excerpt, gain, interval, number
from headway.stats import Estimate


@dataclass(frozen=True)
class AuditPage:
    """One audit as a page; it loads nothing from anywhere and needs no script."""

    audit: Audit

    def html(self) -> str:
        """The whole file."""
        audit = self.audit
        title = f"Audit of {audit.root.name or audit.root}"
        sections = (_course(audit), _numbers(audit), _in_context(audit), _texts(audit), _missing(audit), _read(audit))
        body = header(title, audit.verdict.sentence, _further(audit)) + "".join(sections) + _terms(audit)
        return document(title, body)


def _further(audit: Audit) -> str:
    """The other findings and the notes."""
    said = [f"<li>{escaped(finding.sentence)}</li>" for finding in audit.verdict.findings[1:]]
    said += [f"<li>{escaped(note)}</li>" for note in audit.verdict.notes]
    return f'<ul class="arms">{"".join(said)}</ul>' if said else ""


def _section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>{content}</section>"


def _course(audit: Audit) -> str:
    return _section("The course", curves(audit))


def _numbers(audit: Audit) -> str:
    """Where every measure began and where it is; a change has its interval where a finding rests on it."""
    about = (
        '<p class="about">Intervals of a single value are for that value alone; those of a change hold at all steps, '
        "with 95 %: of a harm for all harms together, of what confirms it by itself. n counts prompts.</p>"
    )
    head = ("measure", "first", "now", "change", "since")
    found = table(head, [_row(line) for line in lines(audit)], numbers_from=1)
    return _section("The numbers", about + found + _kinds(audit))


def _kinds(audit: Audit) -> str:
    """A row a kind of prompt: where its measures began and where they are."""
    names, rows = kinds(audit)
    if not rows:
        return ""
    made = [
        (
            f'{escaped(row.name)}<span class="beneath">{counted(row.prompts, "prompt")}</span>',
            *("" if ends is None else f"{number(ends[0].value)} → {_value(ends[1])}" for ends in row.courses),
        )
        for row in rows
    ]
    about = (
        '<p class="about">Steps are compared at one mix of these, where each has prompts at every step, so that '
        "harder prompts are no fall.</p>"
    )
    return f"<h4>By kind of prompt</h4>{about}{table(('kind', *names), made, numbers_from=1)}"


def _in_context(audit: Audit) -> str:
    """Accuracy by the share of errors in the context, where rollouts are turns."""
    found = audit.in_context
    if found is None:
        return ""
    rows = [(escaped(name), _value(one), f"{one.n:,}") for name, one in found.by_share]
    shown = table(("errors in the context", "accuracy", "conversations"), rows, numbers_from=1)
    return _section("Errors in the context", f'<p class="about">{escaped(in_words(found))}</p>{shown}')


def _row(line: Line) -> tuple[str, ...]:
    evidence = line.evidence
    name, meaning = escaped(line.name), f'<span class="beneath meaning">{escaped(line.meaning)}</span>'
    if evidence is None:
        return name + meaning, _value(line.first), _value(line.last), "", ""
    moved = f'{gain(evidence.change)}<span class="beneath">n={evidence.change.n:,}</span>'
    return f"<b>{name}</b>{meaning}", _value(line.first), _value(line.last), moved, f"step {evidence.since_step}"


def _value(estimate: Estimate) -> str:
    return f'{number(estimate.value)}<span class="beneath">{interval(estimate)}</span>'


def _texts(audit: Audit) -> str:
    """Real texts, chosen by rule: what is repeated, and what was right and is gone."""
    texts = audit.texts
    if texts is None or not (texts.repeated or texts.passages or texts.compared):
        return ""
    parts = []
    if texts.repeated:
        parts.append(f"<h4>Most repeated in {escaped(str(texts.last))}</h4>{_repeated(texts.repeated)}")
    if texts.passages:
        about = "<p>One text from each task; passages of six words or more, those that spread most first.</p>"
        parts.append(f"<h4>In common at different tasks</h4>{about}{_passages(texts.passages)}")
    if texts.compared:
        about = (
            f"<p>Of {counted(texts.right_before, 'different right answer')} in {escaped(str(texts.first))}, "
            f"{texts.right_gone:,} are not given in {escaped(str(texts.last))}, and {texts.right_new:,} are new, at "
            f"{counted(texts.compared, 'task')} that both were asked."
            f"{' Shown are the tasks that lost most.' if texts.lost else ''}</p>"
        )
        parts.append(f"<h4>Right then, gone now</h4>{about}{''.join(_lost(one) for one in texts.lost)}")
    return _section("The texts", "".join(parts))


def _repeated(rows: tuple[Repeated, ...]) -> str:
    made = [
        (
            f"<code>{excerpt(row.text)}</code>",
            f"{row.count:,}",
            f"{row.tasks:,}",
            f"{row.before:.1%} → {row.now:.1%}",
            _judged(row.gold),
            _judged(row.reward),
        )
        for row in rows
    ]
    rows_shown = table(("text", "times", "tasks", "share of attempts", "right", "reward"), made, numbers_from=1)
    return f'<div class="texts">{rows_shown}</div>'


def _passages(rows: tuple[Passage, ...]) -> str:
    made = [(f"<code>{excerpt(row.text)}</code>", f"{row.before:.0%} → {row.now:.0%}") for row in rows]
    return f'<div class="texts">{table(("passage", "share of tasks"), made, numbers_from=1)}</div>'


def _judged(value: float | None) -> str:
    return '<span class="quiet">–</span>' if value is None else number(value)


def _lost(one: Lost) -> str:
    sides = (
        f"<div><h6>Right then, gone now</h6>{_answers(one.gone)}</div>"
        f"<div><h6>Most said now, of {one.attempts[1]}</h6>{_answers(one.instead)}</div>"
    )
    task = f'<h5><span class="quiet">Task</span> <code>{excerpt(one.prompt or one.task)}</code></h5>'
    return f'<section class="task">{task}<div class="panels of2">{sides}</div></section>'


def _answers(answers: tuple[Answer, ...]) -> str:
    if not answers:
        return '<p class="quiet">Nothing.</p>'
    rows = [(f"<code>{excerpt(one.text)}</code>", f"×{one.count}", _marked(one.gold)) for one in answers]
    return table(("answer", "times", "truth"), rows, numbers_from=1)


def _marked(gold: float | None) -> str:
    if gold is None:
        return '<span class="quiet">unknown</span>'
    return '<span class="right">✓ right</span>' if gold >= 0.5 else '<span class="wrong">✗ wrong</span>'


def _missing(audit: Audit) -> str:
    lacking = named(audit.verdict.missing, audit)
    items = "".join(f"<li>{escaped(one)}</li>" for one in lacking)
    return _section("With this the audit could say more", f"<ul>{items}</ul>") if lacking else ""


def _read(audit: Audit) -> str:
    """What was read and how, and what was not."""
    facts = counted_facts(audit) + [("set aside", problem_in_words(problem)) for problem in audit.problems]
    facts += [("also here", other) for other in audit.others]
    rows = [(escaped(name), escaped(fact)) for name, fact in facts]
    return _section("What was read", table(("", ""), rows))


def _terms(audit: Audit) -> str:
    power = "".join(
        f"<dt>{escaped(one.measure)}</dt><dd>a change of {number(one.smallest)} would have been found nine times in ten"
        f"{'' if one.enough else f', and {number(one.tolerated)} is too much to miss'}</dd>"
        for one in audit.verdict.power
    )
    return f"<footer><h3>What could have been seen</h3><dl>{power}</dl></footer>" if power else ""
