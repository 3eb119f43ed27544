"""Hàng chờ: one line for walk-ins and booked people.

1. Who needs extra help.
2. Who has booked and whose time has come.
3. Everybody else, each by number.
"""

from datetime import datetime

from storage.bookings import Booking


def place_in_line(booking: Booking, now: datetime) -> tuple[bool, bool, int]:
    """Return the place in the line: the smallest is next."""
    time_has_come = not booking.walk_in and booking.start <= now
    return not booking.needs_help, not time_has_come, booking.number or 0
