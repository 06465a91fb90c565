"""A real browser, driven by its own protocol: https://chromedevtools.github.io/devtools-protocol/ ."""

import asyncio
import base64
import os
import re
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MISSING = "Chromium is missing: install it (Debian: apt install chromium), or set CHROMIUM to its path."
PATIENCE = 60.0
"""Seconds for anything the browser is asked; a busy machine takes its time."""
KEYS = {"Tab": 9, "Enter": 13}

Message = dict[str, Any]


def find() -> str | None:
    """The program's path, if there is one."""
    given = os.environ.get("CHROMIUM")
    return shutil.which(given) if given else next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One headless process, and the connection to it."""

    def __init__(
        self, process: Process, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self._process = process
        self._session = session
        self._socket = socket
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self._tabs: dict[str, Tab] = {}
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, program: str, folder: Path) -> Self:
        """With an empty profile in `folder`."""
        flags = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--no-first-run"]
        flags += ["--disable-gpu", "--hide-scrollbars", "--disable-background-networking"]
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        process = await asyncio.create_subprocess_exec(program, *flags, "about:blank", stderr=PIPE, stdout=PIPE)
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while True:
                line = (await process.stderr.readline()).decode()
                assert line, "the browser ended before it listened"
                listening = re.search(r"DevTools listening on (ws://\S+)", line)
                if listening:
                    break
        session = aiohttp.ClientSession()
        return cls(process, session, await session.ws_connect(listening[1], max_msg_size=0))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._socket.close()
        await self._session.close()
        self._process.terminate()
        await self._process.communicate()

    @asynccontextmanager
    async def tab(self) -> AsyncIterator["Tab"]:
        """A page of its own, with nothing remembered from others."""
        context = (await self.ask("Target.createBrowserContext"))["browserContextId"]
        target = await self.ask("Target.createTarget", url="about:blank", browserContextId=context)
        attached = await self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab = self._tabs[attached["sessionId"]] = Tab(self, attached["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            await tab.ask(f"{domain}.enable")
        yield tab
        await self.ask("Target.disposeBrowserContext", browserContextId=context)

    async def ask(self, method: str, tab: str = "", **parameters: Any) -> Message:
        """What the browser answers; its refusal is an AssertionError."""
        number = len(self._answers) + 1
        self._answers[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": parameters}
        await self._socket.send_json(message | ({"sessionId": tab} if tab else {}))
        async with asyncio.timeout(PATIENCE):
            answer = await self._answers[number]
        assert "error" not in answer, f"{method}: {answer}"
        result: Message = answer["result"]
        return result

    async def _read(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._answers[told["id"]].set_result(told)
            elif told.get("sessionId") in self._tabs:
                self._tabs[told["sessionId"]].note(told["method"], told["params"])


class Tab:
    """A page as somebody uses it."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self._loaded = asyncio.Event()
        self.complaints: list[str] = []
        """Of the console, of the policy, of the network; and dialogs, which only an attack would open."""
        self.refusals: set[int] = set()
        """Statuses that a page of this test should have; the browser calls them failures."""
        self.addresses: list[str] = []
        """That were loaded, without those of data: addresses."""
        self.bytes = 0
        """That came over the wire, heads and all."""

    async def ask(self, method: str, **parameters: Any) -> Message:
        return await self._browser.ask(method, self._session, **parameters)

    def note(self, method: str, told: Message) -> None:
        """An event."""
        match method:
            case "Page.loadEventFired":
                self._loaded.set()
            case "Network.requestWillBeSent":
                self.addresses.append(told["request"]["url"])
            case "Network.loadingFinished":
                self.bytes += int(told["encodedDataLength"])
            case "Log.entryAdded" if any(f"a status of {status} " in told["entry"]["text"] for status in self.refusals):
                pass
            case (
                "Runtime.exceptionThrown" | "Log.entryAdded" | "Page.javascriptDialogOpening" | "Network.loadingFailed"
            ):
                self.complaints.append(f"{method}: {told}")
            case "Runtime.consoleAPICalled" if told["type"] in {"error", "warning", "assert"}:
                self.complaints.append(f"console: {told['args']}")

    async def open(self, address: str) -> None:
        """Go there, and wait until all of it is loaded."""
        self._loaded.clear()
        await self.ask("Page.navigate", url=address)
        await self.loaded()

    async def loaded(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._loaded.wait()

    def expect_load(self) -> None:
        """Before something that leads to another page."""
        self._loaded.clear()

    async def run(self, script: str) -> Any:
        """The value of an expression, as JSON knows it."""
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, script: str) -> Any:
        """The first value of the expression that is true."""
        async with asyncio.timeout(PATIENCE):
            while not (value := await self.run(script)):  # noqa: ASYNC110  # the page has no event for a script's fact
                await asyncio.sleep(0.05)
            return value

    async def size(self, width: int, height: int = 900) -> None:
        await self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def look(self, scheme: str = "light", media: str = "", motion: str = "no-preference") -> None:
        """The system's colours, what the page is shown on (a screen, or `print`), and whether anything may move."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]
        await self.ask("Emulation.setEmulatedMedia", media=media, features=features)

    async def without_scripts(self) -> None:
        await self.ask("Emulation.setScriptExecutionDisabled", value=True)

    async def press(self, key: str) -> None:
        """A key that types nothing."""
        text = {"text": "\r"} if key == "Enter" else {}
        common = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    async def type(self, text: str) -> None:
        await self.ask("Input.insertText", text=text)

    async def picture(self) -> bytes:
        """All of the page, as a PNG."""
        shot = await self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])
