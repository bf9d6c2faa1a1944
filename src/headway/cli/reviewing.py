"""Carrying out `headway review`: the page until it is left, files out and in, and what the answers say."""

import getpass
import json
import webbrowser
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from headway.cli.output import said
from headway.journal import Run, read_run
from headway.journal.errors import refused_by_system
from headway.people import Answer, standing
from headway.people.answers import Table
from headway.report.words import counted, interval, number, signed
from headway.review import LOG, Queue, Recorder, Server, Standing, attempts_of, queued, standing_of
from headway.review.desk import Desk
from headway.review.exchange import argilla, label_studio, read_file, take_in
from headway.review.parquet import frame_of
from headway.review.queue import Item, identity


def opened(
    folder: Path,
    *,
    who: str | None,
    items: int,
    table: Table,
    index: int | None,
    port: int,
    browser: bool,
    as_json: bool,
) -> None:
    """Serve the page until Ctrl-C, and say what was answered."""
    queue = _queue(folder, items, table, index)
    recorder = Recorder(folder / LOG, queue.run)
    desk = Desk(queue, recorder, who or getpass.getuser())
    begun = len(recorder.answers())
    try:
        server = Server(desk, port)
    except OSError as error:
        raise ValueError(
            f"port {port} cannot be used ({error.strerror}); name another, or none for a free one"
        ) from None
    console = Console(stderr=as_json)
    console.print(
        f"{_mix(queue)}; as {desk.who}\n{server.address}\nCtrl-C when you are done; every answer is kept at once",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    with server:
        if browser:
            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            console.print()
    mine = desk.mine()
    new = len(recorder.answers()) - begun
    said(
        {"log": str(recorder.path), "who": desk.who, "answered": len(mine), "asked": len(queue.items), "lines": new},
        f"{len(mine)} of {len(queue.items)} answered by {desk.who}, in {recorder.path}",
        as_json=as_json,
    )


def shown(folder: Path, *, as_json: bool) -> None:
    """What people have said of each round that they were asked about."""
    run = read_run(folder)
    recorder = Recorder(folder / LOG, identity(run))
    answers = recorder.answers()
    found = {place: _standing(run, some) for place, some in _by_place(answers).items()}
    stand = standing(answers)
    people = Counter(one.who for one in stand)
    use = f'log="{recorder.path}", lines={len(answers)}'
    data = {
        "log": str(recorder.path),
        "lines": len(answers),
        "people": dict(people),
        "said": dict(Counter(one.said for one in stand)),
        "rounds": [{"table": table, "round": index, **_plain(standing)} for (table, index), standing in found.items()],
    }
    if not answers:
        return said(data, f"nobody has answered yet; `headway review {folder}` opens the page", as_json=as_json)
    lines = [f"{counted(len(stand), 'answer')} by " + ", ".join(f"{who} ({n})" for who, n in people.items())]
    for (table, index), one in found.items():
        lines += [f"round {index}, {'exam' if table == 'exam' else 'training tasks'}:", *_sentences(one)]
    tables = {table for table, _ in found}
    if "attempts" in tables:
        lines += ["", f'select by them:  User({use}, half="train")']
        lines += [f"learn from them: Amended(inner=..., domain=..., {use})"]
    if "exam" in tables:
        lines += ["", f'gate by them:    User({use}, half="gate")']
    said(data, "\n".join(lines), as_json=as_json)


def exported(
    folder: Path, to: Path, kind: str | None, *, items: int, table: Table, index: int | None, as_json: bool
) -> None:
    """Write the chosen attempts and the answers for another tool, or the log as Parquet."""
    kind = kind or ("parquet" if to.suffix == ".parquet" else None)
    if kind is None:
        raise ValueError("which tool the file is for is not clear; give --format argilla, label-studio or parquet")
    if to.exists():
        raise ValueError(f"{to} exists already; name a file that does not")
    run = read_run(folder)
    recorder = Recorder(folder / LOG, identity(run))
    answers = recorder.answers()
    try:
        if kind == "parquet":
            frame_of(answers).write_parquet(to)
            rows, note = len(answers), ""
        else:
            every = _every(run, _queue(folder, items, table, index), answers)
            write = argilla.records if kind == "argilla" else label_studio.tasks
            made = write(every, standing(answers), recorder.run)
            to.write_text(json.dumps(made, ensure_ascii=True, indent=1), encoding="utf-8")
            rows = len(made)
            note = f"\nthe project needs this labelling configuration:\n{label_studio.LABELLING}" * (kind != "argilla")
    except OSError as error:
        raise refused_by_system(error, to.parent, "run the same command again") from error
    said({"file": str(to), "format": kind, "rows": rows}, f"{rows:,} rows in {to}{note}", as_json=as_json)


def taken_in(folder: Path, source: Path, *, as_json: bool) -> None:
    """Take another tool's answers into the log."""
    run = read_run(folder)
    recorder = Recorder(folder / LOG, identity(run))
    found = read_file(source)
    try:
        outcome = take_in(found, run, recorder)
    except OSError as error:
        raise refused_by_system(error, folder, "run the same command again") from error
    said({"log": str(recorder.path), **asdict(outcome)}, outcome.sentence, as_json=as_json)


def _queue(folder: Path, items: int, table: Table, index: int | None) -> Queue:
    if items < 1:
        raise ValueError(f"--items is {items}; allowed: a whole number of at least 1")
    return queued(folder, items=items, table=table, index=index)


def _mix(queue: Queue) -> str:
    kinds = Counter(item.kind for item in queue.items)
    parts = [counted(kinds["disagreement"], "disagreement"), counted(kinds["near-tie"], "near-tie")]
    parts.append(counted(kinds["control"], "random control"))
    return f"{counted(len(queue.items), 'attempt')} of round {queue.round}: {', '.join(parts)}"


def _every(run: Run, queue: Queue, answers: Sequence[Answer]) -> list[Item]:
    """The queue, and behind it whatever was answered outside it."""
    own = {item.key: item for item in queue.items}
    rest = attempts_of(run, frozenset(one.key for one in standing(answers)) - own.keys())
    return [*own.values(), *rest.values()]


def _by_place(answers: Sequence[Answer]) -> dict[tuple[Table, int], list[Answer]]:
    places: dict[tuple[Table, int], list[Answer]] = {}
    for one in answers:
        places.setdefault((one.table, one.round), []).append(one)
    return places


def _standing(run: Run, answers: Sequence[Answer]) -> Standing:
    items = attempts_of(run, frozenset(one.key for one in answers))
    return standing_of(answers, {key: item.attempt for key, item in items.items()})


def _sentences(one: Standing) -> list[str]:
    lines = []
    if one.right is None:
        lines.append("  no random control is answered yet, so nothing is said of all attempts")
    else:
        lines.append(f"  right by the controls: {number(one.right.value)} {interval(one.right)}, n={one.right.n} tasks")
    for judge, gap in one.above.items():
        where = f"{signed(gap.value)} [{signed(gap.low)}, {signed(gap.high)}], n={gap.n}"
        lines.append(f"  {judge} less people, on the controls: {where}")
    if one.agreement is not None:
        alpha = "" if one.alpha is None else f", alpha {number(one.alpha.value)} {interval(one.alpha)}"
        lines.append(
            f"  people agree on {number(one.agreement.value)} {interval(one.agreement)} "
            f"of what several answered{alpha}, n={one.agreement.n} tasks"
        )
    return lines


def _plain(one: Standing) -> dict[str, Any]:
    return asdict(one)
