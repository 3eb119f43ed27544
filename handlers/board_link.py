"""Đường dẫn của bảng theo dõi: an address that opens one member's board of one period for a day.

The address is signed, so that none is stored and none can be guessed. It names the member, not what may be seen: that
is looked up whenever it is opened, so that it opens nothing for who has left the post.
"""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta

from content.library import Commune
from content.report_period import ReportPeriod
from handlers.post_holders import Work, staff
from handlers.turn import Turn
from storage.members import Member

LASTS = timedelta(hours=24)
_KEY = "board pages"  # in the table `keys`
_SIGNATURE = 32  # hexadecimal digits, 128 bits
_BODY = re.compile(r"(20\d{2}(?:-[QH]\d)?)\.([0-9A-Za-z]{1,32})\.(\d{10,12})")


async def issue(turn: Turn, member: Member, period: ReportPeriod) -> str:
    """Return the path of a member's board, "/anh-son/board/<token>", good for 24 hours from now."""
    key = await turn.store.keys.agreed(_KEY, secrets.token_hex(32))
    body = f"{period}.{member.id}.{int((turn.now + LASTS).timestamp())}"
    return f"/{member.account}/board/{body}.{_sign(key, member.account, body)}"


async def opened(work: Work, commune: Commune, token: str) -> tuple[Member, ReportPeriod] | None:
    """Return whose board of which period a token opens, or None: forged, over, another commune's, or the post left."""
    body, _, signature = token.rpartition(".")
    match, key = _BODY.fullmatch(body), await work.store.keys.known(_KEY)
    if match is None or key is None:
        return None
    if not hmac.compare_digest(_sign(key, commune.slug, body).encode(), signature.encode(errors="replace")):
        return None
    if datetime.fromtimestamp(int(match[3]), UTC) <= work.now:
        return None
    member = (await staff(work, commune.slug)).member(match[2])
    return None if member is None else (member, ReportPeriod.parse(match[1]))


def _sign(key: str, slug: str, body: str) -> str:
    return hmac.new(key.encode(), f"{slug}:{body}".encode(), hashlib.sha256).hexdigest()[:_SIGNATURE]
