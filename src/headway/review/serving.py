"""The page over HTTP, on this machine only, for whoever has its address.

Any web page that the person has open could send requests here too. So the address holds a token, every request must
name this server as its host (a foreign name that resolves here is refused: DNS rebinding), and a request that changes
anything must come from this page (Origin, Sec-Fetch-Site) with the token in a header that no foreign form can set.
"""

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit

from headway.people.answers import LogError
from headway.report.style import STYLE
from headway.review.desk import Desk, Refused

HOST = "127.0.0.1"
TOKEN = "X-Headway-Token"
LARGEST = 8 * 2**20
"""Bytes of a request that are read; a larger one is refused."""
SAFETY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Server(ThreadingHTTPServer):
    """Serves one desk on a loopback address; port 0 takes a free one. OSError where the port is taken."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self.desk, self.token = desk, secrets.token_urlsafe(24)
        super().__init__((HOST, port), partial(Handler, self))

    @property
    def hosts(self) -> tuple[str, str]:
        """What the Host header of a request may say."""
        return f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"

    @property
    def address(self) -> str:
        """Where the page is; whoever has it can answer."""
        return f"http://{self.hosts[0]}/?token={self.token}"


class Handler(BaseHTTPRequestHandler):
    """One request; what is wrong with it is said in the reply, and nothing is recorded of it."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def __init__(self, serving: Server, *arguments: Any) -> None:
        self.serving = serving
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """The page, what it is made of, or where the person stands."""
        if self._foreign():
            return
        place = urlsplit(self.path)
        desk = self.serving.desk
        if place.path == "/":
            token = parse_qs(place.query).get("token", [""])[0]
            return self._page("page.html", "text/html") if self._is_token(token) else self._forbidden()
        if place.path == "/page.css":
            return self._reply(200, (STYLE + _resource("page.css")).encode(), "text/css")
        if place.path == "/page.js":
            return self._page("page.js", "text/javascript")
        if place.path == "/state":
            return self._json(desk.state) if self._is_token(self.headers.get(TOKEN, "")) else self._forbidden()
        return self._say(404, "there is nothing at this address")

    def do_POST(self) -> None:
        """An answer, one taken back, or a question about a difference."""
        if self._foreign() or self._from_elsewhere():
            return
        if not self._is_token(self.headers.get(TOKEN, "")):
            return self._forbidden()
        request = self._request()
        if request is None:
            return
        desk = self.serving.desk
        deeds: dict[str, Callable[[], dict[str, Any]]] = {
            "/answer": partial(desk.answer, request),
            "/undo": desk.take_back,
            "/difference": partial(desk.difference, request),
        }
        if self.path not in deeds:
            return self._say(404, "there is nothing at this address")
        return self._json(deeds[self.path])

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing for each request."""

    def _foreign(self) -> bool:
        """Refuse a request that names another host: a foreign name may resolve to this machine."""
        if self.headers.get_all("Host", []) in [[host] for host in self.serving.hosts]:
            return False
        self._say(421, "this page is served to its own address only")
        return True

    def _from_elsewhere(self) -> bool:
        """Refuse a request that another page makes the browser send."""
        own = self.headers.get("Origin", f"http://{self.headers['Host']}") == f"http://{self.headers['Host']}"
        if own and self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
            return False
        self._say(403, "this request comes from another page")
        return True

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.serving.token.encode())

    def _request(self) -> Mapping[str, Any] | None:
        """The JSON object that was sent; None, and a reply that says why, where there is none."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self._say(413, f"give a Content-Length of at most {LARGEST} bytes")
            return None
        body = self.rfile.read(int(length))
        if self.headers.get_content_type() != "application/json":
            self._say(415, "send application/json")
            return None
        try:
            request = json.loads(body)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            self._say(400, "send a JSON object")
            return None
        return request

    def _json(self, deed: Callable[[], dict[str, Any]]) -> None:
        """Do it, and reply with what it gives, or with the sentence that says why it cannot be done."""
        try:
            reply = deed()
        except Refused as wrong:
            return self._say(400, str(wrong))
        except LogError as wrong:
            return self._say(500, str(wrong))
        except OSError as refused:
            path = self.serving.desk.recorder.path
            return self._say(507, f"not recorded: {path} cannot be written ({refused.strerror}); see to the disk")
        return self._reply(200, json.dumps(reply).encode(), "application/json")

    def _forbidden(self) -> None:
        self._say(403, "open the address that `headway review` printed; it holds a token, new at every start")

    def _say(self, status: int, sentence: str) -> None:
        self.close_connection = True  # what was sent may not have been read
        self._reply(status, json.dumps({"error": sentence}).encode(), "application/json")

    def _page(self, name: str, kind: str) -> None:
        self._reply(200, _resource(name).encode(), kind)

    def _reply(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in SAFETY.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _resource(name: str) -> str:
    return files("headway.review").joinpath(name).read_text(encoding="utf-8")
