"""What goes out is spread evenly: nothing is saved up for a burst, which Telegram would answer with 429."""

import time

import pytest
from pydantic import SecretStr

from bot.channels.telegram import TelegramChannel
from bot.settings import TelegramSettings
from handlers.messages import Address, Incoming


async def _nobody_writes(_: Incoming) -> None: ...


async def _nobody_blocks(_: Address) -> None: ...


@pytest.mark.parametrize(("rate", "at_once"), [(0.1, 1), (28.0, 1), (1000.0, 10)])
async def test_no_more_than_a_hundredth_of_a_second_is_saved_up(rate: float, at_once: int) -> None:
    settings = TelegramSettings(token=SecretStr("1000:test"), rate=rate)
    channel = TelegramChannel("anh-son", settings, "", _nobody_writes, _nobody_blocks, time.monotonic)
    assert channel._limiter.max_rate == at_once
    assert channel._limiter.max_rate / channel._limiter.time_period == pytest.approx(rate)
