"""A few answers of Slack and of Hugging Face over HTTP, from a thread beside a test that waits for processes."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.bot.documents import daily_item

PAPERS = [daily_item(f"2603.0{number:04}", upvotes=10 * number, title=f"Study {number}") for number in range(1, 9)]
"""Of every day."""


@dataclass
class Chat:
    """Takes messages as Slack does; holds its answers while `open` is not set."""

    posted: list[dict[str, object]] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """Settings that lead here, and to no source but Hugging Face."""
        return {
            "SLACK_API_URL": f"{self.url}/slack",
            "SLACK_BOT_TOKEN": "xoxb-test",
            "HF_API_URL": self.url,
            "ARXIV_API_URL": self.url,
            "ARXIV_RSS_URL": self.url,
            "GITHUB_API_URL": self.url,
        }

    def answer(self, method: str, body: dict[str, object]) -> dict[str, object]:
        if method != "chat.postMessage":
            return {"ok": True, "url": "https://example.slack.com/", "team_id": "T0001", "user_id": "U0"}
        self.posted.append(body)
        self.open.wait(30)
        return {"ok": True, "channel": str(body["channel"]), "ts": f"1700000000.{len(self.posted):06}"}


@contextmanager
def chat_server() -> Iterator[Chat]:
    chat = Chat()
    chat.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"{}")
            self.say(200, chat.answer(self.path.rpartition("/")[2], body))

        def do_GET(self) -> None:
            known = self.path.startswith("/api/daily_papers") and "p=" not in self.path
            self.say(200 if known else 404, PAPERS if known else {})

        def say(self, status: int, value: object) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Nothing: the test says what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    chat.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield chat
    finally:
        chat.open.set()
        server.shutdown()
        thread.join()
        server.server_close()
