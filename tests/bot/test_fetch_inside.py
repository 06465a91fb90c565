"""Twenty ways to write an address of our own network, and not one of them is dialled."""

import httpx
import pytest

from bot.fetch import Fetcher, FetchError, Limits, Request
from bot.fetch.addresses import resolve
from tests.bot.wire import reply

INSIDE = (
    "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://2130706433/", "http://0177.0.0.1/",
    "http://0x7f000001/", "http://0.0.0.0/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
    "http://[::1]/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/",
)  # fmt: skip
WRITTEN_ODDLY = (
    "http://[fec0::1]/", "http://[64:ff9b:1::a00:1]/", "http://[2001:4860::5efe:a00:1]/", "http://[2001:4860::200:5efe:a00:1]/",
    "http://[::ffff:0:a00:1]/", "http://[::127.0.0.1]/", "http://[::]/", "http://[2001::1]/", "http://[3fff::1]/",
    "http://[fe80::1%25lo]/", "http://[::1%25lo]/", "http://0/", "http://0x7f.1/", "http://017700000001/",
    "http://00000177.0.0.1/", "http://127.0.0.1./", "http://localhost./", "http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/",
    "http://example.org@127.0.0.1/", "http://127.0.0.1#@example.org/", "http://127.0.0.1\\@example.org/",
    "http:///127.0.0.1/", "http://127.0.0.1:80:80/", "http://[::1", "http://", f"http://{'a' * 70}.example/", "http://a..example/",
    "gopher://127.0.0.1/", "file:///etc/passwd",
)  # fmt: skip
"""By forms of IPv6, by a scope, by a zero too many, by other people's digits, by what stands where a name should."""


async def open_internet(host: str, port: int) -> list[str]:
    return ["93.184.215.14"] if host == "open.example" else await resolve(host, port)


def dialled(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.url} was dialled")


@pytest.mark.parametrize("url", [*INSIDE, *WRITTEN_ODDLY])
async def test_none_of_them_is_dialled(url: str) -> None:
    """With the resolver of this machine: it is who reads decimal and octal forms."""
    fetcher = Fetcher(transport=httpx.MockTransport(dialled), limits=Limits(tries=1))
    with pytest.raises(FetchError, match=r"own network|cannot be reached|cannot be found|cannot be used"):
        await fetcher.fetch(Request(url=url, lane="feed", label="The feed"))
    await fetcher.close()


@pytest.mark.parametrize("url", WRITTEN_ODDLY)
async def test_a_redirect_there_ends_in_words(url: str) -> None:
    """The first step is open; the second is as odd as anybody can write it."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["host"] == "open.example", f"{request.url} was dialled"
        return reply(302, location=url.replace("http://", "https://"))

    fetcher = Fetcher(transport=httpx.MockTransport(answer), limits=Limits(tries=1), look_up=open_internet)
    with pytest.raises(FetchError):
        await fetcher.fetch(Request(url="https://open.example/", lane="feed", label="The feed"))
    await fetcher.close()
