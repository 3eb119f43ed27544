"""Ghi sổ: writes a privileged action into the ledger, in the transaction of the action itself."""

from handlers.post_holders import Work
from storage.ledger import Entry
from storage.members import Member


async def record(work: Work, member: Member, action: str, subject: str, /, **detail: object) -> None:
    """Append what a member does ("notice approved") to a subject ("feedback/<id>") to their commune's ledger.

    `detail` is for ids and words of closed lists: never names, numbers of people or what somebody wrote. None is left
    out. Who stands in for somebody passes the member they act as and `by` their own id.
    """
    said = {name: str(value) for name, value in detail.items() if value is not None}
    entry = Entry(member.account, work.now, action, subject, member.id, member.unit, member.role, said)
    await work.store.ledger.append(entry)


async def record_service(work: Work, account: str, action: str, subject: str, /, **detail: object) -> None:
    """Append what the service or its command line did without a member."""
    said = {name: str(value) for name, value in detail.items() if value is not None}
    await work.store.ledger.append(Entry(account, work.now, action, subject, detail=said))
