"""The endpoint against a server on loopback that behaves, and one that misbehaves in every way we know."""

import json
import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from headway.attempts import Attempts
from headway.cast import Cast
from headway.cli.errors import told
from headway.domains import Addition, Sentences
from headway.meter.valuing import Valuing
from headway.policy import load
from headway.policy.endpoint import Endpoint, EndpointError
from headway.policy.endpoint.client import FIRST_PAUSE
from headway.policy.endpoint.client import _retry_after as retry_after
from headway.presets import guarded
from headway.sample import Choose, Each
from headway.select import Best
from headway.start import Joined, Pretrained
from headway.verify import Opinion

KEY = "sk-loopback-secret"
FAULTS = (
    *(
        "408",
        "429",
        "500",
        "502",
        "503",
        "529",
        "reset",
        "truncated",
        "not json",
        "wrong schema",
        "no choices",
        "empty",
    ),
    *("huge", "no content", "not a number", "cut off"),
)


class Server(ThreadingHTTPServer):
    """Answers `yes` to questions whose number is even; `fault` says what goes wrong with a call, if anything."""

    daemon_threads = True
    fault: Callable[[], str | None] = staticmethod(lambda: None)
    asked: Counter[str]
    gives: int | None = None
    """The most choices it gives, whatever it is asked for."""
    listed = True
    says: Callable[[str], str] | None = None
    """The reply to a question, in place of yes and no."""
    stalls = 0.0
    """Seconds before a reply to a call whose fault is `stall`."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        body = json.loads(raw)
        self.server.asked[body["messages"][-1]["content"]] += 1
        if self.headers.get("authorization") != f"Bearer {KEY}":
            return self._reply(401, json.dumps({"error": f"bad key {self.headers.get('authorization')}"}).encode())
        fault = self.server.fault()
        content = json.dumps(self._answer(body)).encode()
        if fault is None:
            return self._reply(200, content)
        if fault.isdigit():
            return self._reply(int(fault), b"busy", {"retry-after": "0"})
        if fault == "stall":
            time.sleep(self.server.stalls)
            return self._reply(200, content)
        if fault == "quota":
            return self._reply(429, b'{"error": {"code": "insufficient_quota"}}')
        if fault == "redirect":
            return self._reply(302, b"", {"location": "http://127.0.0.1:9/elsewhere"})
        if fault == "cut off":
            return self._reply(200, content, {"content-length": str(len(content) + 50)})
        if fault == "reset":
            self.connection.close()
            return None
        broken = {
            "truncated": content[: len(content) // 2],
            "not json": b"<html>oops</html>",
            "wrong schema": b'{"choices": {"0": 1}}',
            "empty": b"",
            "huge": b" " * 200_000,
            "no content": b'{"choices": [{"message": {"content": null}}]}',
            "no choices": b'{"choices": []}',
            "not a number": content.replace(b'"choices"', b'"choices": NaN, "others"'),
            "refusal": b'{"choices": [{"message": {"content": null, "refusal": "I cannot judge that."}}]}',
            "filtered": b'{"choices": [{"message": {"content": null}, "finish_reason": "content_filter"}]}',
        }[fault]
        return self._reply(200, broken)

    def _answer(self, body: dict) -> dict:
        if self.server.says is not None:
            said = self.server.says(body["messages"][-1]["content"])
            return {"choices": [{"message": {"content": said}, "finish_reason": "stop"}] * body.get("n", 1)}
        word = "yes" if int("".join(filter(str.isdigit, body["messages"][-1]["content"])) or 0) % 2 == 0 else "no"
        other = "no" if word == "yes" else "yes"
        top = [{"token": f" {word.title()}", "logprob": math.log(0.75)}, {"token": other, "logprob": math.log(0.25)}]
        logprobs = {"content": [{"token": word, "logprob": -0.5, "top_logprobs": top}]} if self.server.listed else None
        n = min(body.get("n", 1), self.server.gives or 99)
        one = {"message": {"content": word}, "finish_reason": "stop", "logprobs": logprobs}
        return {"choices": [one] * n, "usage": {"total_tokens": 10}}

    def _reply(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serving() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = Counter()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("HEADWAY_CACHE", str(tmp_path / "cache"))
    with serving() as one:
        yield one


def endpoint(server: Server, **fields) -> Endpoint:
    return Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "small", **fields)


def sample(policy: Endpoint, prompts: list[str]):
    seeds = np.arange(len(prompts), dtype=np.uint64)
    return policy.sample(prompts, seeds, temperature=1.0, top_p=1.0, max_tokens=4)


def test_verdicts_come_from_the_words_whatever_their_spelling(server: Server) -> None:
    assert endpoint(server).verdict(["2", "3"], ["", ""]) == pytest.approx([0.75, 0.25])


def test_odds_of_two_words_are_read_whatever_their_spelling_and_absent_where_neither_is_likely(server: Server) -> None:
    assert endpoint(server).odds(["2", "3"], ("Yes", "No")) == pytest.approx([0.75, 0.25])
    assert endpoint(server).odds(["2"], ("A", "B")) == [None]
    chosen = Choose()(Cast({"solver": endpoint(server)}), Sentences().asked([(0, 1)]), 0)
    assert len(chosen) == 0


def test_a_judge_behind_a_server_is_asked_in_words_for_what_it_prefers(server: Server, tmp_path: Path) -> None:
    """It prefers what comes first in the alphabet, and will not say so of firs and daisies."""

    def says(question: str) -> str:
        first, second = (line[3:] for line in question.splitlines()[1:])
        if {first.split()[0], second.split()[0]} == {"fir", "daisy"}:
            return "Hard to say."
        return "A." if first < second else "B"

    server.says = says
    file = tmp_path / "outcomes.jsonl"
    names = ("apple", "beech", "cedar", "daisy", "elm tree", "fir", "gorse", "hazel")
    file.write_text("\n".join(json.dumps({"name": name, "text": f"{name} grows."}) for name in names))
    domain = Sentences(str(file))
    *_, done = Valuing(domain, Each(domain, 2, max_tokens=4)).parts(Cast({"solver": endpoint(server)}))
    assert np.corrcoef(done.utilities.mean, -np.arange(8))[0, 1] > 0.9
    assert done.unread == pytest.approx(2 / done.questions)
    assert sum(server.asked.values()) == done.of.price(2, 4).questions, (
        "both replies of a question are asked for together"
    )


def test_nothing_is_asked_twice(server: Server) -> None:
    policy = endpoint(server)
    first = sample(policy, ["1", "2", "2"])
    assert first.texts == ["no", "yes", "yes"]
    assert sum(server.asked.values()) == 2, "attempts at one prompt are asked for together"
    assert sample(policy, ["1", "2", "2"]) == first
    assert sum(server.asked.values()) == 2


def test_a_server_that_ignores_n_is_asked_for_the_rest(server: Server) -> None:
    server.gives = 1
    written = sample(endpoint(server), ["2"] * 4)
    assert written.texts == ["yes"] * 4
    assert server.asked["2"] == 4
    assert written.logprob == [-0.5] * 4


def test_a_server_that_fails_almost_half_of_its_calls_gives_every_verdict_right(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.policy.endpoint.client.FIRST_PAUSE", FIRST_PAUSE / 200)
    monkeypatch.setattr("headway.policy.endpoint.client.LARGEST_REPLY", 100_000)
    draws, lock = random.Random(0), threading.Lock()

    def fault() -> str | None:
        with lock:
            return draws.choice(FAULTS) if draws.random() < 0.45 else None

    server.fault = fault
    verdicts = endpoint(server, tries=24).verdict([str(number) for number in range(400)], [""] * 400)
    assert verdicts == pytest.approx([0.75 if number % 2 == 0 else 0.25 for number in range(400)])


def test_a_verdict_that_never_comes_is_absent_and_an_attempt_is_an_error(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.policy.endpoint.client.FIRST_PAUSE", 0.0)
    server.fault = lambda: "not json"
    assert endpoint(server, tries=2).verdict(["2"], [""]) == [None]
    with pytest.raises(EndpointError, match="no readable attempt for 1 of 1"):
        sample(endpoint(server, tries=2), ["2"])
    server.fault = lambda: None
    assert endpoint(server).verdict(["2"], [""]) == [0.75], "what could not be read was not kept"


def test_no_log_probabilities_is_a_sentence(server: Server) -> None:
    server.listed = False
    with pytest.raises(EndpointError, match="gave no log-probabilities"):
        endpoint(server).verdict(["2"], [""])
    assert sample(endpoint(server), ["2"]).logprob == [None]


def test_a_refusal_is_said_at_once_without_the_key(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-secret")
    with pytest.raises(EndpointError, match="answered 401") as raised:
        endpoint(server).verdict(["2"], [""])
    assert "sk-wrong-secret" not in str(raised.value)
    assert sum(server.asked.values()) == 1


@pytest.mark.parametrize("fault", ["refusal", "filtered"])
def test_a_refusal_to_judge_is_no_verdict_and_is_not_asked_again(server: Server, fault: str) -> None:
    server.fault = lambda: fault
    server.listed = True
    assert endpoint(server).reply(["2"], np.zeros(1, dtype=np.uint64), temperature=0.0, max_tokens=8) in (
        ["I cannot judge that."],
        [""],
    )
    third = Cast({"third": endpoint(server)})
    assert Opinion(role="third", ask="reasons")(third, one_attempt("4")).to_list() == [None]
    assert sum(server.asked.values()) == 2


def test_an_account_without_money_and_a_redirect_are_said_at_once(server: Server) -> None:
    server.fault = lambda: "quota"
    with pytest.raises(EndpointError, match="nothing left to spend"):
        endpoint(server).verdict(["2"], [""])
    server.fault = lambda: "redirect"
    with pytest.raises(EndpointError, match="answered 302"):
        endpoint(server).verdict(["3"], [""])
    assert sum(server.asked.values()) == 2


def test_a_server_that_hangs_is_left_and_asked_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.policy.endpoint.client.FIRST_PAUSE", 0.0)
    server.stalls = 1.0
    faults = iter(["stall", None])
    server.fault = lambda: next(faults)
    assert endpoint(server, seconds=0.3).verdict(["2"], [""]) == [0.75]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [("3", 3, 3), ("1.5", 1.5, 1.5), ("9999", 20, 20), ("soon", 0, 0), ("²", 0, 0), ("-4", 0, 0), ("", 0, 0)],
)
def test_a_pause_is_what_the_server_asks_for_within_reason(said: str, low: float, high: float) -> None:
    assert low <= retry_after(said) <= high


def test_a_pause_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=10), usegmt=True)
    assert 5 < retry_after(later) <= 10
    assert retry_after("Mon, 01 Jan 2001 00:00:00 GMT") == 0.0


def one_attempt(*answers: str) -> Attempts:
    return Attempts.of(
        [
            {"task": "t", "domain": "d", "level": 1, "prompt": "2+2=", "id": answer, "author": "solver",
             "text": answer, "answer": answer}
            for answer in answers
        ]
    )  # fmt: skip


def test_an_endpoint_is_asked_in_words_three_ways(server: Server) -> None:
    def says(question: str) -> str:
        if "Which answer" in question:
            return "First" if question.index("\n4\n") < question.index("\n5\n") else "Second"
        right = "\n4\n" in question
        return (
            f"Counting.\nScore: {9 if right else 2}" if "Score" in question else f"Verdict: {'yes' if right else 'no'}"
        )

    server.says = says
    third = Cast({"third": endpoint(server)})
    found = {
        ask: Opinion(role="third", ask=ask)(third, one_attempt("4", "5")).to_list()
        for ask in ("reasons", "score", "tournament")
    }
    assert found["reasons"] == [1.0, 0.0]
    assert found["score"] == pytest.approx([8 / 9, 1 / 9])
    assert found["tournament"] == [1.0, 0.0]


def test_a_judge_that_never_replies_readably_is_absent_in_words_too(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.policy.endpoint.client.FIRST_PAUSE", 0.0)
    server.fault = lambda: "not json"
    third = Cast({"third": endpoint(server, tries=2)})
    assert Opinion(role="third", ask="score")(third, one_attempt("4", "5")).to_list() == [None, None]


def test_nothing_listens_and_the_budget_are_sentences(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.policy.endpoint.client.FIRST_PAUSE", 0.0)
    with pytest.raises(EndpointError, match="nothing answers"):
        Endpoint("http://127.0.0.1:9/v1", "small", tries=2).verdict(["2"], [""])
    with pytest.raises(EndpointError, match="budget of 3 calls"):
        endpoint(server, calls=3, concurrency=1).verdict(["2", "3", "4", "5"], [""] * 4)


def test_the_key_is_not_part_of_a_checkpoint(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    policy = endpoint(server)
    policy.save(folder)
    assert load(folder) == policy
    assert KEY not in (folder / "config.json").read_text()
    with pytest.raises(ValueError, match="put the key into the environment"):
        Endpoint("http://me:secret@host/v1", "small")


def test_a_third_party_joins_a_cast_in_a_role_of_its_own(server: Server) -> None:
    domain = Addition(1, 2)
    third = endpoint(server)
    cast = Joined(Pretrained(domain, gold=8, graded=0, epochs=1, width=16, layers=1), third)(0)
    assert cast["third"] is third
    attempts = domain.graded(4, 0)
    opinion = Opinion(role="third", name="third")
    assert opinion(cast, attempts).null_count() == 0
    assert opinion.reads == ("third",)
    first = guarded(domain).loop
    loop = replace(first, judges=(*first.judges, opinion), select=Best(of="third"))
    assert not loop.circular, "nobody trains the third party"


def test_what_a_server_refuses_ends_a_command_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, told():
        raise EndpointError("nothing answers; start the server")
    assert ended.value.code == 75
    assert "start the server" in capsys.readouterr().err
