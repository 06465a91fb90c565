"""/papers stats: how much is known, and how much is set up."""

from collections.abc import Mapping

from bot.commands import Answer, Call, Command
from bot.service import Service
from bot.service.votes import REMEMBERED, Say
from bot.views import Field, Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    """Somebody in chat sees no numbers of other workspaces."""
    papers, observations = await service.store.papers.totals()
    numbers: dict[str, object] = {"papers": papers, "observations": observations}
    if call.operator:
        totals = await service.store.deliveries.totals()
        numbers["channels"] = await service.store.channels.total()
        numbers["deliveries"] = {str(state): count for state, count in totals.items()}
    else:
        numbers["channels"] = len(await service.channels.of_workspace(call.channel))
        numbers["deliveries"] = {}
    labels = {"papers": "Papers", "observations": "Observations", "channels": "Channels with a digest"}
    fields = [Field(labels[name], f"{numbers[name]:,}") for name in labels]
    fields += said(await service.people.team_votes(call.channel))
    told = numbers["deliveries"]
    if isinstance(told, dict):
        fields += [Field(f"Digests {state}", f"{count:,}") for state, count in told.items()]
    return Answer(Notice(tone=Tone.INFO, text="What I know so far", fields=tuple(fields), numbers=numbers))


def said(votes: Mapping[str, Say]) -> list[Field]:
    """What the caller's team did with papers lately; nothing where it did nothing."""
    if not votes:
        return []
    up, down = sum(say.tally.up for say in votes.values()), sum(say.tally.down for say in votes.values())
    kept = sum(say.kept for say in votes.values())
    text = f"{up:,} for and {down:,} against, {kept:,} saved or suggested; papers: {len(votes):,}"
    return [Field(f"Your team's votes of {REMEMBERED.days} days", text)]


command = Command("stats", "How many papers and digests there are", run, (), example="stats", order=160)
