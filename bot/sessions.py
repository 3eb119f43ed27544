"""Sessions of the web chat: signed, so that none is stored; hashed, so that the database opens no session."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

LASTS = timedelta(days=30)
_SIGNATURE = 32


class Sessions:
    """Makes and checks session tokens for the web chat."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def issue(self, slug: str, random: str, now: datetime) -> str:
        """Return a new token: "<random>.<expiry>.<signature>"."""
        body = f"{random}.{int((now + LASTS).timestamp())}"
        return f"{body}.{self._sign(slug, body)}"

    def chat(self, slug: str, token: str, now: datetime) -> str | None:
        """Return the chat a token stands for, or None when it is forged, expired or another commune's."""
        body, _, signature = token.rpartition(".")
        expiry = body.rpartition(".")[2]
        if not hmac.compare_digest(self._sign(slug, body).encode(), signature.encode(errors="replace")):
            return None
        if datetime.fromtimestamp(int(expiry), UTC) <= now:
            return None
        return hashlib.sha256(body.encode()).hexdigest()[:32]

    def _sign(self, slug: str, body: str) -> str:
        said = f"{slug}:{body}".encode(errors="replace")  # a header may carry bytes that are no UTF-8
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()[:_SIGNATURE]
