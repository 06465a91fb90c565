"""What people are told of how their answers fared in Slack."""

from bot.views import Notice, Tone

OLD_BUTTON = Notice(
    tone=Tone.INFO, text="That button is of another version of me.", hint="Type /papers help to ask again."
)

NOT_RELABELLED = Notice(tone=Tone.INFO, text="Done, but Slack does not let me show the new count in that message.")

NOT_SHARED = Notice(
    tone=Tone.INFO,
    text="I am not sure that the channel got it.",
    hint="Look whether it is there; if it is not, ask for it once more.",
)

NOT_ANNOUNCED = Notice(
    tone=Tone.INFO,
    text="It is done, but I am not sure that the channel was told who did it.",
    hint="/papers digest log keeps who changed what.",
)


def broken(reference: str) -> Notice:
    """What is said where an answer cannot be shown."""
    return Notice(
        tone=Tone.ERROR,
        text="I could not show you the answer; the fault is ours.",
        hint="Try again in a minute. If it stays, show your operator the reference.",
        code="internal",
        reference=reference,
    )
