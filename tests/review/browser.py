"""A headless Chromium, spoken to over its DevTools pipe: no driver and no further package."""

import base64
import fcntl
import json
import os
import select
import shutil
import time
from pathlib import Path

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--mute-audio",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
    "--hide-scrollbars", "--disable-sync",
)  # fmt: skip
PATIENCE = 60
"""Seconds that anything may take: a busy machine is slow, not wrong."""


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are not the numbers that the browser wants for its own."""
    ends = os.pipe()
    high = fcntl.fcntl(ends[0], fcntl.F_DUPFD_CLOEXEC, 10), fcntl.fcntl(ends[1], fcntl.F_DUPFD_CLOEXEC, 10)
    for end in ends:
        os.close(end)
    return high


class Browser:
    """One page of a Chromium that lives as long as this object is open."""

    def __init__(self, profile: Path, width: int = 1100, height: int = 800) -> None:
        assert CHROMIUM is not None
        read_by_it, self._out = _pipe()
        self._in, written_by_it = _pipe()
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}", "about:blank"]
        quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
        pipe = [(os.POSIX_SPAWN_DUP2, read_by_it, 3), (os.POSIX_SPAWN_DUP2, written_by_it, 4)]
        self._process = os.posix_spawn(CHROMIUM, command, dict(os.environ), file_actions=[*quiet, *pipe])
        os.close(read_by_it)
        os.close(written_by_it)
        self._number, self._rest, self._session = 0, b"", None
        self.errors: list[str] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")
        self.resize(width, height)

    def ask(self, method: str, **parameters):
        """The result of one DevTools command."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            reply = self._next()
            self._listen(reply)
            if reply.get("id") == self._number:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']}")
                return reply["result"]

    def open(self, address: str) -> None:
        """Load a page."""
        self.ask("Page.navigate", url=address)
        self.until("document.readyState === 'complete'")

    def value(self, expression: str):
        """What a JavaScript expression gives, awaited where it is a promise."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(f"{expression}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression holds."""
        end = time.monotonic() + PATIENCE
        while not self.value(expression):
            assert time.monotonic() < end, f"{expression} did not become true; the page reads\n{self.text()}"
            time.sleep(0.02)

    def text(self) -> str:
        """What the page reads."""
        return self.value("document.body.innerText")

    def press(self, key: str, *, control: bool = False) -> None:
        """One key, down and up."""
        code = {"Enter": 13, "Escape": 27}.get(key, ord(key.upper()[0]))
        shared = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 2 if control else 0}
        text = {} if control or len(key) > 1 else {"text": key}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **shared, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **shared)

    def type(self, text: str) -> None:
        """Text into the field that has the focus."""
        self.ask("Input.insertText", text=text)

    def resize(self, width: int, height: int, scheme: str = "light") -> None:
        """The size of the window in CSS pixels, and the colours that the person prefers."""
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path) -> None:
        """The whole page as PNG."""
        found = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(found["data"]))

    def close(self) -> None:
        """End the browser."""
        self._session = None
        self.ask("Browser.close")
        os.waitpid(self._process, 0)
        os.close(self._in)
        os.close(self._out)

    def _next(self) -> dict:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], PATIENCE)
            data = os.read(self._in, 1 << 16) if ready else b""
            if not data:
                raise RuntimeError("Chromium went silent")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\0")
        return json.loads(line)

    def _listen(self, reply: dict) -> None:
        """Keep what the page complains of."""
        if reply.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(reply["params"]["exceptionDetails"]))
        if reply.get("method") == "Log.entryAdded" and reply["params"]["entry"]["level"] == "error":
            self.errors.append(reply["params"]["entry"]["text"])
