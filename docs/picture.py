"""Makes docs/digest.png and docs/why.png: answers about the demo's invented papers as Slack and as Discord show them.

    .venv/bin/python docs/picture.py        # needs Chromium

The blocks are drawn by the playground from the very payloads that the platforms get.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

PORT = 18_400
PAGE = f"http://127.0.0.1:{PORT}"
FOLDER = Path(__file__).parent
WIDTH = 1180


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or sys.exit("Chromium is not installed.")
    environment = os.environ | {"PORT": str(PORT), "LOG_LEVEL": "error", "SEMANTIC_MODEL": "off"}
    with subprocess.Popen([sys.executable, "-m", "bot", "run", "--demo"], env=environment) as demo:
        try:
            shoot(chromium, alone(page(asked("digest preview"))), FOLDER / "digest.png", height=1060)
            shoot(chromium, alone(page(asked(f"why {first_paper()}"))), FOLDER / "why.png", height=840)
        finally:
            demo.terminate()


def asked(command: str) -> str:
    """The page's address with the answer to a command."""
    return f"/?{urllib.parse.urlencode({'text': f'/papers {command}', 'theme': 'light'})}"


def first_paper() -> str:
    """The id of what trends most."""
    return str(json.loads(page("/api/v1/trending?limit=1"))["papers"][0]["id"])


def page(address: str) -> str:
    """What stands at an address of the demo, once it answers."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{PAGE}{address}", timeout=10) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    sys.exit("The demo does not answer.")


def alone(html: str) -> str:
    """The two drawn messages without the page around them; style and pictures are in the text."""
    sheets = "".join(page(address) for address in re.findall(r'<link rel="stylesheet" href="([^"]+)"', html))
    sides = re.search(r'<div class="sides.*?</section>(?=\s*</div>\s*</section>)', html, re.DOTALL) or sys.exit(
        "No answer is on the page."
    )
    body = re.sub(r"<details.*?</details>", "", sides[0], flags=re.DOTALL)
    body = re.sub(r'src="(/static/[^"]+)"', lambda found: f'src="{embedded(found[1])}"', body)
    frame = "margin:0;padding:8px 24px;max-width:none"
    return f'<style>{sheets}</style><body style="{frame}"><main style="{frame};display:block">{body}</main>'


def embedded(address: str) -> str:
    """A picture as a data address."""
    return f"data:image/svg+xml;base64,{base64.b64encode(page(address).encode()).decode()}"


def shoot(chromium: str, html: str, picture: Path, *, height: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "digest.html")
        file.write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-background-networking",
        ]
        options += [f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{height}", f"--screenshot={picture}"]
        subprocess.run([chromium, *options, file.as_uri()], check=True, stderr=subprocess.DEVNULL)  # noqa: S603  # as found
    sys.stderr.write(f"{picture.name} is made\n")


if __name__ == "__main__":
    main()
