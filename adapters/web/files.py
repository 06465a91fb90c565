"""Style sheets, the script and the mark: read once, packed once, and kept by browsers under their version."""

import mimetypes
from collections.abc import Iterable, Mapping
from pathlib import Path

from aiohttp import web

from adapters.web.remembering import Made, finished, response_of

FOLDER = Path(__file__).parent / "static"


class Files:
    """All of them, by name."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._made: Mapping[str, Made] = {path.name: _read(path) for path in folder.iterdir() if path.is_file()}

    def address(self, name: str) -> str:
        """It changes with the content, so that browsers may keep what they have."""
        return f"/static/{name}?v={self._made[name].etag[:12]}"

    def routes(self) -> Iterable[web.RouteDef]:
        yield web.get("/static/{name}", self._send)

    async def _send(self, request: web.Request) -> web.Response:
        made = self._made.get(request.match_info["name"])
        if made is None:
            raise web.HTTPNotFound
        return response_of(request, made)


def _read(path: Path) -> Made:
    kind, _ = mimetypes.guess_type(path.name)
    return finished(Made(body=path.read_bytes(), content_type=kind or "application/octet-stream"))
