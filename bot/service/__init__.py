"""The verbs of the product, told as short stories in core types. Commands call these; nothing here draws or sends."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.delivery import Courier
from bot.ports import Store
from bot.service.channels import Channels
from bot.service.digests import Digests
from bot.service.reading import Reading


@dataclass(frozen=True)
class Service:
    """All verbs, by what they are about."""

    reading: Reading
    channels: Channels
    digests: Digests
    courier: Courier
    store: Store
    clock: Clock
