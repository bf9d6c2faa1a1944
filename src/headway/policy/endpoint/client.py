"""Many requests at once to one server, with a limit on how many, patience for its faults, and a budget."""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.request import getproxies

import aiohttp

from headway.policy.endpoint.cache import Replies, request_key
from headway.policy.endpoint.errors import EndpointError
from headway.policy.endpoint.replies import Malformed, used_tokens
from headway.policy.endpoint.spending import Limits, Spent

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 20.0
"""Seconds between tries: doubled each time, with jitter, or what the server asks for in Retry-After."""
LARGEST_REPLY = 4_000_000
"""Bytes after which a reply is no longer read: no completion is that long."""
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
FOR_GOOD = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
"""What a server says with status 429 when waiting does not help."""
SHOWN = 300
Read = TypeVar("Read")


class Client:
    """One server. `ask` may be called from anywhere, a running event loop included."""

    def __init__(
        self, url: str, key: str | None, limits: Limits, replies: Replies, spent: Spent, *, seed: int = 0
    ) -> None:
        self.url, self._limits, self._replies, self.spent = url, limits, replies, spent
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._key = key
        self._pauses = random.Random(seed)

    def ask(self, bodies: Sequence[dict[str, Any]], read: Callable[[Any], Read]) -> list[Read | None]:
        """What `read` makes of the reply to each body; None where no try gave a reply that it could read.

        EndpointError where the server refuses (wrong key, unknown model, bad request), where nothing reaches
        it, or where the budget is spent; what was answered before is kept in the cache.
        """
        with ThreadPoolExecutor(1) as thread:  # a loop of its own: the caller may be inside one
            return thread.submit(asyncio.run, self._ask(bodies, read)).result()

    async def _ask(self, bodies: Sequence[dict[str, Any]], read: Callable[[Any], Read]) -> list[Read | None]:
        free = asyncio.Semaphore(self._limits.concurrency)
        async with aiohttp.ClientSession(
            headers=self._headers,
            connector=aiohttp.TCPConnector(limit=self._limits.concurrency),
            timeout=aiohttp.ClientTimeout(self._limits.seconds),
            trust_env=bool(getproxies()),  # each request asks a thread for the proxy, which is a tenth of its cost
        ) as http:
            tasks = [asyncio.create_task(self._one(http, free, body, read)) for body in bodies]
            try:
                return await asyncio.gather(*tasks)
            except BaseException:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                raise

    async def _one(
        self, http: aiohttp.ClientSession, free: asyncio.Semaphore, body: dict[str, Any], read: Callable[[Any], Read]
    ) -> Read | None:
        key = request_key(self.url, body)
        kept = self._replies.get(key)
        if kept is not None:
            return read(kept)  # only what this body's reader could read is kept
        unreachable = 0
        for attempt in range(self._limits.tries):
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt) * self._pauses.uniform(0.5, 1.0)
            async with free:
                self._charge()
                try:
                    reply = await self._post(http, body)
                    result = read(reply)
                except Malformed as fault:
                    self.spent.fault(str(fault))
                except _Busy as busy:
                    self.spent.fault(f"status {busy.status}")
                    pause = max(pause, busy.seconds)
                except (aiohttp.ClientError, TimeoutError) as fault:
                    self.spent.fault(type(fault).__name__)
                    unreachable += isinstance(fault, aiohttp.ClientConnectorError)
                else:
                    self.spent.tokens += used_tokens(reply)
                    self._replies.put(key, reply)
                    return result
            if attempt + 1 < self._limits.tries:
                await asyncio.sleep(pause)
        if unreachable == self._limits.tries:
            raise EndpointError(f"nothing answers at {self.url}; start the server there, or correct the endpoint's url")
        return None

    def _charge(self) -> None:
        """One more call; EndpointError where the budget does not allow it."""
        limits, spent = self._limits, self.spent
        for name, used, allowed in (("calls", spent.calls, limits.calls), ("tokens", spent.tokens, limits.tokens)):
            if allowed is not None and used >= allowed:
                raise EndpointError(
                    f"the budget of {allowed:,} {name} for {self.url} is spent; what was answered is kept: "
                    f"raise the endpoint's {name} and go on"
                )
        spent.calls += 1

    async def _post(self, http: aiohttp.ClientSession, body: dict[str, Any]) -> Any:
        """The reply as JSON; _Busy, Malformed or a transport error where asking again may help."""
        async with http.post(self.url, json=body, allow_redirects=False) as response:
            content = bytearray()
            async for part in response.content.iter_any():
                content += part
                if len(content) > LARGEST_REPLY:
                    raise Malformed(f"the reply is longer than {LARGEST_REPLY:,} bytes")
        text = content.decode("utf-8", "replace")
        if response.status in AGAIN and not any(code in text for code in FOR_GOOD):
            raise _Busy(response.status, _retry_after(response.headers.get("retry-after", "")))
        if response.status >= 300:
            raise EndpointError(self._refused(response.status, text))
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise Malformed("the reply is not JSON") from None

    def _refused(self, status: int, text: str) -> str:
        said = text.replace(self._key, "(key)") if self._key else text
        advice = {
            401: "set the key that the endpoint's key_variable names",
            403: "set the key that the endpoint's key_variable names",
            404: "correct the endpoint's url or model",
            429: "the account has nothing left to spend; what was answered is kept, so pay and go on",
        }.get(status, "correct the endpoint's fields")
        return f"{self.url} answered {status}: {' '.join(said.split())[:SHOWN]!r}; {advice}"


class _Busy(Exception):
    """The server asks to be asked again."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(status)
        self.status, self.seconds = status, seconds


def _retry_after(said: str) -> float:
    """Seconds that the server asks for, 0 where it does not say; never more than the longest pause."""
    if said.isascii() and said.replace(".", "", 1).isdigit():
        return min(float(said), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(said).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(0.0, until - time.time()), LONGEST_PAUSE)
