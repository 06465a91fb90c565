"""What the one who set a digest up is told when it cannot be posted any more."""

import pytest

from bot.models import Outcome
from bot.ports import Payload, SendError
from bot.views import Notice, View
from tests.delivery_scene import FakePlatform, ticked


class Showing(FakePlatform):
    """Keeps the notices that it draws."""

    def render(self, view: View) -> list[Payload]:
        if isinstance(view, Notice):
            self.told = view
        return super().render(view)


@pytest.mark.parametrize("gone", [False, True])
async def test_nobody_is_asked_to_mend_and_retry_what_was_deleted(gone: bool) -> None:
    slack = Showing(answers=[SendError(Outcome.DEAD_CHANNEL, "It is not there.", gone=gone)])
    await ticked(slack)
    assert ("Mend the cause" in slack.told.hint) is not gone
    assert ([button.label for button in slack.told.buttons] == ["Retry"]) is not gone
    assert ("in another, type /papers digest subscribe" in slack.told.hint) is gone
