"""Names that must come out the same in every process and after every restart."""

from hashlib import blake2b

from bot.models import ChannelKey, Delivery, DeliveryKind, Person, PersonKey


def idempotency_key(delivery: Delivery, number: int) -> str:
    """24 hex characters for one message; the same for every attempt at it, another one when it is sent again.

    Discord takes at most 25: https://discord.com/developers/docs/resources/message#create-message
    """
    text = f"{delivery.subscription_id}:{delivery.slot}:{delivery.generation}:{number}"
    if delivery.kind is not DeliveryKind.DIGEST:
        text += f":{delivery.kind}"
    return blake2b(text.encode(), digest_size=12).hexdigest()


def announcement_key(asking: str, channel: ChannelKey) -> str:
    """24 hex characters for what one command changed in a channel; the same for whoever tells it."""
    return blake2b(f"{asking}:{channel}:announcement".encode(), digest_size=12).hexdigest()


def lane_of(channel: ChannelKey) -> str:
    """What is limited, refused or down together: a Slack workspace's token, Discord's one token, the mail server."""
    return f"slack:{channel.workspace}" if channel.platform == "slack" else channel.platform


def direct_message(channel: ChannelKey, person: Person) -> ChannelKey | None:
    """Where to reach a person of that channel; None where a platform has no direct messages."""
    return PersonKey.of(person, channel).direct if person.id and channel.in_chat else None


def button_key(command: str) -> str:
    """32 hex characters under which the store remembers a button's command that is too long for a platform's ids."""
    return blake2b(command.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
