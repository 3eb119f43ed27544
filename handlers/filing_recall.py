"""Rút tin nhắc: what waits in the outbox of a filing is taken back when the filing needs it no more.

Reminders stop the moment proof is given, also those that were written before and have not gone out: at night for the
morning, behind ten thousand others, or while a platform is down. A message that tells of other filings too is written
anew without the line. It happens in the transaction of the move itself.
"""

import json
from collections.abc import Collection
from dataclasses import replace

from content.library import Commune
from handlers.errand import Errand
from handlers.filing_digest import digest, noted
from handlers.filing_people import Why
from handlers.filing_words import Item, item_of
from handlers.messages import Reply
from storage.filings import Filing
from storage.outbox import Parcel

EVERYBODY: frozenset[Why] = frozenset({"assignee", "head", "focal", "leader", "nobody", "vacant", "approver"})
UNIT: frozenset[Why] = frozenset({"assignee", "nobody", "vacant", "head", "approver"})
WORKERS: frozenset[Why] = frozenset({"assignee", "nobody", "vacant"})
APPROVERS: frozenset[Why] = frozenset({"approver"})


async def recall(errand: Errand, filing: Filing, told_as: Collection[Why] = EVERYBODY) -> None:
    """Take a filing out of the messages that have not gone out yet, from those who are told of it as one of these."""
    commune = errand.commune(filing.account)
    for parcel in await errand.store.outbox.reminding(filing.account, filing.id, errand.now):
        said = json.loads(parcel.reminds or "[]")
        left = [one for one in said if one[0] != filing.id or one[1] not in told_as]
        if len(left) == len(said):
            continue
        reply = await _without(errand, commune, parcel, left) if left and commune is not None else None
        if reply is None:
            errand.store.outbox.withdraw(parcel.id, errand.now)
        else:
            errand.store.outbox.rewrite(parcel.id, reply.to_json(), json.dumps(left), errand.now)


async def _without(
    errand: Errand, commune: Commune, parcel: Parcel, left: list[tuple[str, Why, str | None, bool]]
) -> Reply | None:
    chat = await errand.chat(parcel.chat_id)
    items: list[Item] = []
    for identity, why, quarter, fresh in left:
        other = await errand.store.filings.by_id(identity)
        if other is not None:
            items.append(replace(item_of(commune, other, why), quarter=quarter, fresh=fresh))
    if chat is None or not items:
        return None
    return digest(commune, errand.speak(chat), errand.now, items, Reply.from_json(parcel.reply).key)


def noted_alone(filing: Filing, why: Why) -> str:
    """Return the note of a message that tells of one filing only."""
    return noted([Item(filing, why, filing.obligation)])
