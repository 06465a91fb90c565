"""Twenty ways to write an address of our own network, and not one of them is dialled."""

import httpx
import pytest

from bot.fetch import Fetcher, FetchError, Limits, Request

INSIDE = (
    "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://2130706433/", "http://0177.0.0.1/",
    "http://0x7f000001/", "http://0.0.0.0/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
    "http://[::1]/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/",
)  # fmt: skip


def dialled(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.url} was dialled")


@pytest.mark.parametrize("url", INSIDE)
async def test_none_of_them_is_dialled(url: str) -> None:
    """With the resolver of this machine: it is who reads decimal and octal forms."""
    fetcher = Fetcher(transport=httpx.MockTransport(dialled), limits=Limits(tries=1))
    with pytest.raises(FetchError, match=r"own network|cannot be reached|cannot be found|cannot be used"):
        await fetcher.fetch(Request(url=url, lane="feed", label="The feed"))
    await fetcher.close()
