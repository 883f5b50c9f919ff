"""A stand-in for an endpoint of a model: answers as it is told, on the loopback."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any], "Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the server's answer."""

    server: StandIn

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            self.server.asked.append(body)
            self.server.keys.append(self.headers.get("authorization", ""))
        with contextlib.suppress(OSError):
            self.server.answer(body, self)

    def say(self, content: str) -> None:
        """Answer as a model would."""
        self.reply(200, json.dumps({"choices": [{"message": {"content": content}}]}).encode())

    def reply(self, status: int, body: bytes = b"{}", **head: str) -> None:
        """Answer anything."""
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self, chunk: bytes, count: int, pause_s: float) -> None:
        """Answer without an end in sight."""
        self.send_response(200)
        self.end_headers()
        for _ in range(count):
            self.wfile.write(chunk)
            self.wfile.flush()
            time.sleep(pause_s)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class StandIn(ThreadingHTTPServer):
    """A server with what it was asked."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """What the endpoint is called."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def standing_in(answer: Answer) -> Generator[StandIn]:
    """Serve until the end of the block."""
    server = StandIn(answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
