"""A reward behind HTTP, for trainers in any language: posted rollouts are scored by a function, and recorded.

`python -m headway.hooks.http my_rewards:score --folder rollouts --gold my_rewards:is_right`

A POST holds JSON `{"query": [...], "prompts": [...], "labels": [...]}` as OpenRLHF sends it (`query` is the prompt with
the completion behind it), or `{"prompts": [...], "completions": [...], "labels": [...], "step": 7}`. The reply is
`{"rewards": [...], "scores": [...], "extra_logs": {...}}`.
"""

import argparse
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from headway.hooks.recording import Recorder
from headway.hooks.standing import by_prompt

Score = Callable[[Sequence[str], Sequence[str], Sequence[Any]], Sequence[float | None]]
"""From prompts, completions and labels (None where there are none) to a number each."""
LARGEST = 64 * 2**20
"""Bytes of a request that are read; a larger one is refused."""


@dataclass
class Shim:
    """A scoring function, and what it scored on disk; `gold` says what is right and is not trained on."""

    score: Score
    recorder: Recorder
    gold: Score | None = None
    batches: int = 0

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The reply to one request; ValueError where it is not a request for rewards."""
        prompts, completions, labels = asked(request)
        rewards = [None if one is None else float(one) for one in self.score(prompts, completions, labels)]
        if len(rewards) != len(completions):
            raise ValueError(f"the scoring function gave {len(rewards)} rewards for {len(completions)} completions")
        golds = self.gold(prompts, completions, labels) if self.gold else [None] * len(completions)
        step = int(request.get("step", self.batches))
        self.batches += 1
        frame = self.recorder.write(
            step, {"prompt": prompts, "text": completions, "reward": rewards, "gold": list(golds)}
        )
        standing = {
            name: float(column.mean())  # type: ignore[arg-type]
            for name, column in by_prompt(frame).drop("task").to_dict().items()
            if column.null_count() < len(column)
        }
        filled = [0.0 if one is None else one for one in rewards]
        return {"rewards": filled, "scores": filled, "extra_logs": standing}


def asked(request: Any) -> tuple[list[str], list[str], list[Any]]:
    """Prompts, completions and labels of a request; ValueError names what is missing or of the wrong kind."""
    if not isinstance(request, Mapping):
        raise ValueError("the request must be a JSON object")
    prompts = _texts(request, "prompts")
    if "completions" in request:
        completions = _texts(request, "completions")
    else:
        pairs = zip(_texts(request, "query"), prompts, strict=False)
        completions = [query.removeprefix(prompt) for query, prompt in pairs]
    labels = request.get("labels") or [None] * len(prompts)
    if not len(prompts) == len(completions) == len(labels):
        raise ValueError(f"{len(prompts)} prompts, {len(completions)} completions, {len(labels)} labels: one of each")
    return prompts, completions, list(labels)


def _texts(request: Mapping[str, Any], name: str) -> list[str]:
    value = request.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{name!r} must be a list of one or more texts")
    return value


class Handler(BaseHTTPRequestHandler):
    """One request: what is wrong with it is said in the reply, and nothing is recorded of it."""

    def __init__(self, shim: Shim, *arguments: Any) -> None:
        self.shim = shim
        super().__init__(*arguments)

    def do_POST(self) -> None:
        """Score what was posted."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            return self._reply(413, {"error": f"give a Content-Length of at most {LARGEST} bytes"})
        try:
            request = json.loads(self.rfile.read(int(length)).decode())
            reply = self.shim.answer(request)
        except ValueError as wrong:
            return self._reply(400, {"error": str(wrong)})
        return self._reply(200, reply)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing for each request: a trainer sends thousands."""

    def _reply(self, status: int, body: Mapping[str, Any]) -> None:
        encoded = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)


def server(shim: Shim, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """A server that answers on this machine only unless `host` says otherwise; port 0 takes a free one."""
    return ThreadingHTTPServer((host, port), partial(Handler, shim))


def named(text: str) -> Score:
    """The function that `module:name` names; ValueError where it does not name one."""
    module, _, name = text.partition(":")
    if not name:
        raise ValueError(f"{text!r} names no function; write module:function")
    return vars(importlib.import_module(module))[name]


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("score", help="module:function of prompts, completions, labels")
    parser.add_argument("--gold", help="module:function that says what is right")
    parser.add_argument("--folder", default="rollouts", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=8900, type=int)
    given = parser.parse_args()
    shim = Shim(named(given.score), Recorder(given.folder), named(given.gold) if given.gold else None)
    with server(shim, given.host, given.port) as serving:
        serving.serve_forever()


if __name__ == "__main__":
    main()
