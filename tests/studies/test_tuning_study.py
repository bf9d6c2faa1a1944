"""The study of tuning at small size, on real loops, and what it claims of changes that are known."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headway.cli.asking import forecasting, tuning
from headway.domains import Functions, Verse
from headway.experiment import read, recorded, text
from headway.journal import read_cast
from headway.measure.forecast import forecasts
from headway.report import write
from headway.select import Advantage
from headway.stats import Estimate, over_seeds_and_tasks
from headway.studies.forecasting import Cell, Foretold, agreement, rewards
from headway.studies.forecasting import claims as foretold_claims
from headway.studies.looked_at import meaning_of
from headway.studies.tuning import LOOPS, MAIN, Tuned, quick
from headway.studies.varied import Tuning, claims, moved_of
from verses import corpus_in


def test_arms_of_a_domain_differ_in_what_they_prefer_only():
    for domain in ("code", "verse"):
        loops = {
            replace(Tuned().experiment(arm, 0).loop, select=Advantage()) for arm in LOOPS if arm.startswith(domain)
        }
        assert len(loops) == 1
    assert len({Tuned().experiment(arm, 3).start for arm in ("base", *LOOPS)}) == 1, "one model has learned both"
    trained = {Tuned().experiment(arm, 0).loop.train for arm in LOOPS}
    assert len(trained) == 1, "the same preference loss and budget in both domains"
    for arm in LOOPS:
        experiment = Tuned().experiment(arm, 0)
        assert read(text(experiment)) == experiment
        assert not experiment.loop.circular


def test_the_main_arms_and_seeds_cannot_be_left_out():
    for wrong in ({"arms": ("code tests",)}, {"arms": (*MAIN, "code diversity")}, {"seeds": 1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Tuned(**wrong)
    assert quick(Tuned()).arms == MAIN
    assert tuning({"size": "quick", "tasks": "7"}, None, 3).seeds == 3
    with pytest.raises(ValueError, match="no --domain"):
        tuning({}, "puzzles", None)


KEYS = {
    "code": (
        ("lexical", "EAD", "matched"),
        ("syntactic", "EAD of subtrees", "matched"),
        ("semantic", "Div_pair", "all"),
    ),
    "verse": (
        ("lexical", "EAD", "matched"),
        ("syntactic", "EAD of skeletons", "matched"),
        ("semantic", "1 - cosine", "matched"),
    ),
}


def changed(by: float, keys, seeds: int = 3, prompts: int = 60, spread: float = 0.1) -> list[pl.DataFrame]:
    """What `changes` gives for as many seeds, with a mean change of `by` in every measure."""
    random = np.random.default_rng(0)
    rows = [
        [
            (f"t{prompt}", *key, old, old + by + random.normal(0, spread))
            for prompt in range(prompts)
            for key in keys
            for old in (random.normal(0.5, 0.1),)
        ]
        for _ in range(seeds)
    ]
    return [
        pl.DataFrame(one, schema=["task", "layer", "measure", "condition", "before", "after"], orient="row")
        for one in rows
    ]


def made(arm: str, by: float, logprob_pays: float = 1.0) -> Tuning:
    random = np.random.default_rng(1)
    keys = (
        *KEYS[arm.split()[0]],
        ("semantic", "Div_pair", "valid"),
        ("quality", "right", "all"),
        ("quality", "rater", "all"),
        ("entropy", "nats a text", "all"),
    )
    tables = changed(by, keys)
    moved = tuple(one for key in keys if (one := moved_of(tables, *key)) is not None)
    logprob = random.normal(-5, 1, 400)
    rows = pl.DataFrame(
        {
            "task": np.repeat(np.arange(50), 8).astype(str),
            "domain": "d",
            "logprob": logprob,
            "reward": logprob_pays * logprob,
        }
    )
    return Tuning(arm, moved, tuple(forecasts(rows)), np.full(60, by))


def test_signs_are_claimed_where_they_are_and_refuted_where_they_are_not():
    falls, rises = made("code tests", -0.1), made("verse rater", 0.1, logprob_pays=-1.0)
    said = {claim.sentence: claim.holds for claim in claims({"code tests": falls, "verse rater": rises}, MAIN)}
    assert said["code tests: lexical diversity falls (EAD, valid texts cut to equal lengths)"] is True
    assert said["code tests: semantic diversity rises (Div_pair, all texts)"] is False
    assert said["verse rater: lexical diversity rises (EAD, valid texts cut to equal lengths)"] is True
    assert said["the forecast has the sign of what tuning did to the entropy, in every arm where it has one"] is True
    assert [holds for sentence, holds in said.items() if "TOST" in sentence] == [False]
    turned = {"code tests": made("code tests", 0.0), "verse rater": made("verse rater", -0.1)}
    said = {claim.sentence: claim.holds for claim in claims(turned, MAIN)}
    assert said["verse rater: lexical diversity rises (EAD, valid texts cut to equal lengths)"] is False
    assert said["code tests: lexical diversity falls (EAD, valid texts cut to equal lengths)"] is None


def test_the_interval_is_over_seeds_as_well_as_prompts():
    random = np.random.default_rng(0)
    alike = random.normal(0.0, 1.0, (4, 100))
    apart = alike + np.array([-1.0, -0.3, 0.4, 0.9])[:, None]
    narrow, wide = over_seeds_and_tasks(alike), over_seeds_and_tasks(apart)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    missing = np.where(random.random(alike.shape) < 0.2, np.nan, alike)
    assert over_seeds_and_tasks(missing).value == pytest.approx(np.nanmean(missing))
    assert over_seeds_and_tasks(np.full((2, 3), np.nan)) is None


@pytest.fixture
def small(tmp_path):
    """Both domains small enough for seconds; the corpus is one of 36 openings."""
    return Tuned(
        seeds=2, tasks=16, updates=2, examined=6, gold=(40, 24), epochs=30, width=16, rated=24,
        arms=MAIN, code=Functions(ways=4), prose=Verse(text=corpus_in(tmp_path / "play")),
    )  # fmt: skip


@pytest.mark.slow
def test_the_study_on_real_loops_at_small_size(small, tmp_path):
    meaning_of.cache_clear()
    for trial in small.trials:
        base = tmp_path / "tuning" / "base" / f"seed-{trial.experiment.seed}"
        cast = read_cast(base, 0) if trial.experiment.rounds else None
        rounds = list(recorded(trial.experiment, tmp_path / trial.folder, cast))
        if trial.arm == "verse rater":
            assert rounds[-1].refused is None and (rounds[-1].attempts["weight"] < 0.0).any()
    page = small.page(tmp_path)
    assert "2 seeds" in page.verdict and len(page.claims) == 11
    write(page, tmp_path / "page.html")
    assert "Forecast:" in (tmp_path / "page.html").read_text()


def cell(domain: str, reward: str, told: float, came: float, half: float = 0.1) -> Cell:
    random = np.random.default_rng(0)
    logprob = random.normal(0, 1, 4000)
    rows = pl.DataFrame(
        {
            "task": np.repeat(np.arange(500), 8).astype(str),
            "domain": domain,
            "logprob": logprob,
            "reward": -told * logprob,
        }
    )
    return Cell(domain, reward, tuple(forecasts(rows)), Estimate(came, came - half, came + half, 100))


def test_agreement_counts_only_cells_that_have_a_forecast_and_leaves_the_coin_out():
    cells = [cell("d", f"r{n}", told, told) for n, told in enumerate((-1.0, -0.5, 0.5, 1.0, 2.0))]
    cells += [cell("e", "wrong", 1.0, -1.0), cell("e", "none", 0.0, -1.0), cell("e", "coin", 1.0, -1.0)]
    (every, *_) = foretold_claims(cells)
    assert every.evidence.startswith("5 of 6 cells, 0.83 [0.36, 1.00]") and "e wrong" in every.evidence
    assert every.holds is None, "six cells are too few"
    many = foretold_claims([cell("d", f"r{n}", -1.0, -1.0) for n in range(12)])
    assert many[0].holds is True
    assert agreement([]) is None


def test_there_are_enough_cells_and_each_is_its_text():
    study = Foretold()
    assert len([cell for cell in study.cells if cell[1] != "coin"]) >= 20
    for cell_asked in (("functions", "a minus"), ("functions", "typical"), ("verse", "rater")):
        experiment = study.experiment(cell_asked, 0)
        assert read(text(experiment)) == experiment and experiment.loop.select.of == "paid"
    assert set(rewards("verse")) > {"right", "typical", "coin", "rater"}
    assert forecasting({"domains": "verse"}, None, 1).domains == ("verse",)
    with pytest.raises(ValueError, match="domains"):
        forecasting({"domains": "plays"}, None, None)
