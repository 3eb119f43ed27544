"""One transaction's view of everything that is remembered: the only thing handlers get of the database."""

from sqlalchemy import text

from storage.answers import Answers
from storage.bookings import Bookings
from storage.chats import Chats
from storage.checks import Checks
from storage.desk import Desk
from storage.duty import Duty
from storage.feedback import Feedback
from storage.filing_moves import FilingMoves
from storage.filing_steps import FilingSteps
from storage.filings import Filings
from storage.handover import Handovers
from storage.inbox import Inbox
from storage.incident_clocks import IncidentClocks
from storage.incidents import Incidents
from storage.keys import Keys
from storage.leaves import Leaves
from storage.ledger import Ledger
from storage.members import Members
from storage.notice_sending import NoticeSending
from storage.notices import Notices
from storage.open_work import OpenWork
from storage.outbox import Outbox
from storage.publications import Publications
from storage.question_days import QuestionDays
from storage.reminders import Reminders
from storage.seats import Seats
from storage.subscriptions import Subscriptions
from storage.survey_counts import SurveyCounts
from storage.surveys import Surveys
from storage.transaction import Transaction
from storage.voted_today import VotedToday
from storage.waiting import WaitingList

_alive = text("SELECT 1 AS alive")
_revision = text("SELECT version_num FROM alembic_version")  # Alembic's own table


class Store:
    """Grouped by what is remembered."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.chats = Chats(transaction)
        self.inbox = Inbox(transaction)
        self.outbox = Outbox(transaction)
        self.answers = Answers(transaction)
        self.keys = Keys(transaction)
        self.seats = Seats(transaction)
        self.bookings = Bookings(transaction)
        self.reminders = Reminders(transaction)
        self.waiting = WaitingList(transaction)
        self.members = Members(transaction)
        self.leaves = Leaves(transaction)
        self.open_work = OpenWork(transaction)
        self.ledger = Ledger(transaction)
        self.duty = Duty(transaction)
        self.desk = Desk(transaction)
        self.feedback = Feedback(transaction)
        self.handovers = Handovers(transaction)
        self.filings = Filings(transaction)
        self.filing_steps = FilingSteps(transaction)
        self.filing_moves = FilingMoves(transaction)
        self.surveys = Surveys(transaction)
        self.voted_today = VotedToday(transaction)
        self.survey_counts = SurveyCounts(transaction)
        self.subscriptions = Subscriptions(transaction)
        self.notices = Notices(transaction)
        self.notice_sending = NoticeSending(transaction)
        self.publications = Publications(transaction)
        self.incidents = Incidents(transaction)
        self.incident_clocks = IncidentClocks(transaction)
        self.checks = Checks(transaction)
        self.question_days = QuestionDays(transaction)

    async def alive(self) -> bool:
        """Return True when the database answers."""
        return await self._transaction.first(_alive, {}) is not None

    async def revision(self) -> str | None:
        """Return the revision of the schema. Raises what the driver raises while there is no schema at all."""
        row = await self._transaction.first(_revision, {})
        return None if row is None else str(row["version_num"])
