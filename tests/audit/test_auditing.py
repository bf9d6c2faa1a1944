"""The whole audit of logs of known fate, as a user runs it."""

import json
import re
import subprocess
import sys

import pytest
from made_logs import ESCAPE, dump

from headway.cli import app
from headway.cli.errors import told


def headway(*arguments):
    """The exit code of a command in this process."""
    try:
        with told():
            app(arguments, result_action="return_value")
    except SystemExit as ended:
        return ended.code or 0
    return 0


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    dump(folder / "healthy")
    dump(folder / "collapsing", collapsing=True)
    dump(folder / "reward-only", gold=False)
    dump(folder / "one-step", steps=1, prompts=20)
    return folder


@pytest.mark.parametrize(
    ("name", "options", "code", "said"),
    [
        ("healthy", (), 0, "Healthy"),
        ("collapsing", (), 1, "Collapsed since step"),
        ("reward-only", (), 3, "Cannot tell"),
        ("one-step", (), 3, "Cannot tell"),
        ("nowhere", (), 2, "does not exist"),
        ("healthy", ("--map", "text"), 2, "--map has 'text'"),
        ("healthy", ("--split", "eval"), 2, "no rollouts of the split 'eval', only train"),
        ("healthy", ("--fail-on", "dead"), 2, "--fail-on has 'dead'"),
        ("collapsing", ("--fail-on", "starved"), 1, "Collapsed"),
        ("collapsing", ("--fail-on", "never"), 0, "Collapsed"),
        ("one-step", ("--fail-on", "collapsed,hacked"), 0, "Cannot tell"),
        ("one-step", ("--fail-on", "cannot-tell"), 1, "Cannot tell"),
    ],
)
def test_the_exit_code_is_the_verdict(made, name, options, code, said, capsys):
    assert headway("audit", str(made / name), *options) == code
    shown = capsys.readouterr()
    assert said in " ".join((shown.out + shown.err).split())


def test_the_terminal_shows_texts_and_nothing_in_them_commands_it(made, capsys):
    headway("audit", str(made / "collapsing"))
    shown = " ".join(capsys.readouterr().out.split())
    assert "I am sure" in shown
    assert re.search(r"gone \d+ right \d ✓", shown)
    assert "\x1b[31m" not in shown
    assert "\\u001b[31m" in shown
    assert "verl rollout dump" in shown


def test_json_holds_everything(made, capsys):
    assert headway("audit", str(made / "collapsing"), "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["exit_code"], found["log"]["rollouts"]) == ("collapsed", 1, 6 * 256 * 8)
    assert {row["step"] for row in found["timeline"]} == set(range(6))
    accuracy = [row["value"] for row in found["timeline"] if row["measure"] == "accuracy"]
    assert accuracy[0] > 0.4 > 0.15 > accuracy[-1]
    assert found["texts"]["repeated"][0]["text"] == f"so the answer {ESCAPE} must be I am sure"
    assert found["log"]["columns"]["gold"] == "acc"


def test_the_page_is_one_file_in_which_texts_are_inert(made, tmp_path, capsys):
    headway("audit", str(made / "collapsing"), "--html", str(tmp_path / "audit.html"))
    capsys.readouterr()
    page = (tmp_path / "audit.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=", page)
    assert "\x1b" not in page
    for shown in ("Collapsed since step", "Quality beside coverage", "Proxy beside truth", "Right then, gone now"):
        assert shown in page


def test_importing_the_audit_loads_neither_torch_nor_transformers_nor_scipy():
    code = "import sys, headway.audit; sys.exit(bool({'torch', 'transformers', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
