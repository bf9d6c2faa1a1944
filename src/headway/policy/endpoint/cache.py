"""Replies kept on disk by the whole request, so that a run that goes on asks nothing twice."""

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any


class Replies:
    """An SQLite file of replies; safe to share between processes. A reply is written whole or not at all."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(file, timeout=60.0, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing; a power cut may lose the last replies, which are then asked for again.
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute("CREATE TABLE IF NOT EXISTS replies (request TEXT PRIMARY KEY, reply TEXT NOT NULL)")

    def get(self, request: str) -> Any | None:
        """The reply to this request, None where there is none yet."""
        row = self._database.execute("SELECT reply FROM replies WHERE request = ?", (request,)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, request: str, reply: Any) -> None:
        """Keep the reply; the first one that was kept stays."""
        self._database.execute("INSERT OR IGNORE INTO replies VALUES (?, ?)", (request, json.dumps(reply)))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def request_key(url: str, body: dict[str, Any]) -> str:
    """SHA-256 of where and what was asked, whatever the order of the fields."""
    return hashlib.sha256(f"{url}\n{json.dumps(body, sort_keys=True)}".encode()).hexdigest()
