"""What asking a server costs beside the server itself, and whether a bad server can make a verdict wrong.

A server on loopback, in a process of its own, answers each call after a fixed delay, as a model would. With 64 calls
in flight its delay alone allows 64 / delay calls a second; what is missing to that is the client: requests, retries,
reading replies and keeping them on disk. It is wall-clock time here, so other work on the machine counts against us.
"""

import asyncio
import json
import math
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from unittest import mock

from bench.rows import Row
from headway.policy.endpoint import Endpoint
from headway.policy.endpoint import spent_on as spent

DELAY = 0.25
"""Seconds to a reply: a short one by a small model on a good server."""
IN_FLIGHT = 64
CALLS = 10 * IN_FLIGHT
REPETITIONS = 5
ITEMS = 400
FAILING = 0.45
FAULTS = ("429", "500", "503", "reset", "truncated", "not json", "wrong schema", "empty")


def measure() -> list[Row]:
    """The rate of calls beside what the delay allows; verdicts from a server that fails almost every other call."""
    return [overhead(), faults()]


def overhead() -> Row:
    """Calls a second with 64 in flight; the best of five, and the median in the note."""
    with served(DELAY, 0.0) as url:
        endpoint = Endpoint(url, "small", concurrency=IN_FLIGHT, tries=1)
        endpoint.verdict(["0"], ["warm"])
        seconds, used = [], time.process_time()
        for repetition in range(REPETITIONS):
            start = time.perf_counter()
            found = endpoint.verdict([str(number) for number in range(CALLS)], [f"r{repetition}"] * CALLS)
            seconds.append(time.perf_counter() - start)
            assert None not in found
        used = time.process_time() - used
    allowed = IN_FLIGHT / DELAY
    note = (
        f"overhead {min(seconds) * allowed / CALLS - 1:.1%}, median {median(seconds) * allowed / CALLS - 1:.1%}; "
        f"{1000 * used / REPETITIONS / CALLS:.2f} ms of processor time a call"
    )
    return Row(
        f"verdicts from a server, {IN_FLIGHT} in flight", CALLS / min(seconds), allowed, "calls/s", 1 / 1.1, note
    )


def faults() -> Row:
    """Right verdicts of 400, from a server that fails 45 % of its calls in eight ways."""
    with served(0.0, FAILING) as url, mock.patch("headway.policy.endpoint.client.FIRST_PAUSE", 0.01):
        endpoint = Endpoint(url, "small", concurrency=16, tries=24)
        found = endpoint.verdict([str(number) for number in range(ITEMS)], ["answer"] * ITEMS)
        calls = spent(endpoint.digest()).calls
    expected = [0.75 if number % 2 == 0 else 0.25 for number in range(ITEMS)]
    missing = sum(verdict is None for verdict in found)
    right = sum(
        verdict is not None and math.isclose(verdict, want) for verdict, want in zip(found, expected, strict=True)
    )
    note = f"{calls} calls, {missing} missing, {ITEMS - right - missing} wrong"
    return Row("right verdicts from a server that fails 45 % of calls", right, ITEMS, "of 400", 1.0, note)


@contextmanager
def served(delay: float, failing: float) -> Iterator[str]:
    """The address of a server in a process of its own; replies are cached in a folder that goes away with it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, delay, failing), daemon=True)
    process.start()
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"HEADWAY_CACHE": str(Path(folder))}):
        try:
            yield f"http://127.0.0.1:{ours.recv()}/v1"
        finally:
            process.terminate()
            process.join()


def serve(told: Connection, delay: float, failing: float) -> None:
    """In the server's process: tell the port, then answer until the end."""
    asyncio.run(_serve(told, delay, failing))


async def _serve(told: Connection, delay: float, failing: float) -> None:
    draws = random.Random(0)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            length = next(int(line[15:]) for line in head if line.lower().startswith(b"content-length:"))
            body = json.loads(await reader.readexactly(length))
            fault = draws.choice(FAULTS) if draws.random() < failing else None
            await asyncio.sleep(delay)
            if fault == "reset":
                break
            writer.write(_reply(body, fault))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _head(reader: asyncio.StreamReader) -> list[bytes]:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    except asyncio.IncompleteReadError:
        return []


def _reply(body: dict, fault: str | None) -> bytes:
    number = int("".join(filter(str.isdigit, body["messages"][-1]["content"].split("Proposed")[0])))
    word, other = ("yes", "no") if number % 2 == 0 else ("no", "yes")
    top = [{"token": word, "logprob": math.log(0.75)}, {"token": other, "logprob": math.log(0.25)}]
    logprobs = {"content": [{"token": word, "logprob": math.log(0.75), "top_logprobs": top}]}
    choice = {"message": {"content": word}, "finish_reason": "stop", "logprobs": logprobs}
    content = json.dumps({"choices": [choice], "usage": {"total_tokens": 40}}).encode()
    status = fault if fault and fault.isdigit() else "200"
    broken = {
        "truncated": content[: len(content) // 2],
        "not json": b"<html>",
        "wrong schema": b'{"choices": {"0": 1}}',
        "empty": b"",
    }
    content = broken.get(fault or "", content)
    return f"HTTP/1.1 {status} x\r\nretry-after: 0\r\ncontent-length: {len(content)}\r\n\r\n".encode() + content
