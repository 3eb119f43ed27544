"""Gửi thông báo: into the outbox batch by batch and never far ahead, so that it can be stopped; then the figures.

A batch is a transaction of its own and owned by whoever moves the mark first, so a killed process leaves nothing twice
and nothing out. A channel whose people can only be written to for some days after they wrote (Zalo) refuses the rest;
that is counted as not delivered, and can be told from `chats.last_at` beforehand once there is such a channel.
"""

from content.library import Commune
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.notice_words import awake, message, quiet, tell_member
from storage.notices import Notice

BATCH = 100  # rows of one transaction: a few milliseconds, so that no reply waits for it
AHEAD = 1_000  # rows that lie unsent: half a minute at 30 a second


async def spread(errand: Errand) -> bool:
    """Put the next batch of one notice into the outbox; return whether there is more to do now."""
    night = quiet(errand.now)
    errand.store.notice_sending.begin(errand.now, night=night)
    for notice in await errand.store.notice_sending.unfinished():
        commune = errand.commune(notice.audience.account)
        if notice.state != "sending" or commune is None:  # its folder was taken away: it waits until it is back
            continue
        if night and not notice.emergency:
            errand.store.notice_sending.defer(notice.id, errand.now, awake(errand.now))
        elif notice.spread is None and await errand.store.notice_sending.waiting(notice.id) < AHEAD:
            return await _batch(errand, commune, notice)
    return False


async def _batch(errand: Errand, commune: Commune, notice: Notice) -> bool:
    # Who wants it is read now and not at the approval: whoever has turned it off since gets nothing.
    chats = await errand.store.subscriptions.receivers(notice.audience, notice.reached, BATCH)
    last = chats[-1].id if chats else notice.reached
    spread_at = errand.now if len(chats) < BATCH else None
    if not await errand.store.notice_sending.advance(notice, last, len(chats), spread_at):
        return False
    replies = {chat.language: message(commune, errand.speak(chat), notice).to_json() for chat in chats}
    for chat in chats:
        mailbox = chat.address.channel in errand.mailboxes
        errand.store.notice_sending.post(notice.id, chat, replies[chat.language], errand.now, mailbox=mailbox)
    return True


async def finish(errand: Errand) -> None:
    """Write the figures of what is over, and tell who drafted it."""
    for notice in await errand.store.notice_sending.unfinished():
        if notice.state == "stopped":
            errand.store.notice_sending.drop(notice.id, errand.now)
        elif notice.spread is None:
            continue
        delivery = await errand.store.notice_sending.delivery(notice.id)
        if delivery.waiting:
            continue
        done = await errand.store.notice_sending.finish(notice.id, delivery, errand.now)
        if done is not None:
            reached, total = delivery.sent + delivery.left, notice.receivers
            await tell_member(errand, notice.drafted_by, "notice.push_done", done, sent=reached, receivers=total)


FEATURE = Feature(name="notice_sending", errands=(spread, finish))
