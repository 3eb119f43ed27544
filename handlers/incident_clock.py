"""Giờ theo luật của sự cố lộ dữ liệu: when who must have been told, and the draft of the notification."""

from datetime import datetime, timedelta

from content.incidents import Clock, fill_draft
from content.library import Commune
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.errand import Errand
from handlers.incident_people import AT_WORK, for_the_law, plan_of
from handlers.incident_words import before_the_night, in_short, moment, where
from storage.incident_clocks import Running
from storage.incidents import Incident

RESTORE = "restore"  # the clock of what must work again within the plan's hours: no authority is told of it


def start_clocks(errand: Errand, commune: Commune, one: Incident, old: list[Running] | None = None) -> None:
    """Set the clocks from the minute it was noticed; what has been notified already stays so.

    A leak has those of the law; a broken device, network or program the one until when it should work again.
    """
    if one.kind in AT_WORK:
        rules = plan_of(commune).rules
        due = one.found + timedelta(hours=rules.restore_hours)
        warn = max(one.found, before_the_night(due - timedelta(hours=rules.restore_warn_hours)))
        errand.store.incident_clocks.set(one, [Running(one.id, RESTORE, warn, due, 0, None)])
        return
    if one.kind != "leak":
        return
    done = {clock.clock: clock.done for clock in old or ()}
    clocks = []
    for clock in plan_of(commune).clocks:
        due = one.found + timedelta(hours=clock.hours)
        warn = max(one.found, before_the_night(due - timedelta(hours=clock.warn_hours)))
        clocks.append(Running(one.id, clock.id, warn, due, 0, done.get(clock.id)))
    errand.store.incident_clocks.set(one, clocks)


async def restored(errand: Errand, one: Incident, at: datetime | None) -> None:
    """Stop the clock of an incident when it works again; None: it does not after all, and the clock goes on."""
    for clock in await errand.store.incident_clocks.of(one):
        if clock.clock == RESTORE:
            errand.store.incident_clocks.notified(clock, at)


def clock_lines(commune: Commune, phrases: Phrases, clocks: list[Running], now: datetime) -> list[str]:
    """Return a line for each clock: until when, how long that is, from which law."""
    lines = []
    for clock in clocks:
        if clock.clock == RESTORE and clock.done is None:
            key = "incident.restore_late" if clock.due <= now else "incident.restore_by"
            lines.append(phrases.say(key, due=moment(clock.due)))
        duty = plan_of(commune).clock(clock.clock)
        if duty is None:
            continue
        params = {"title": duty.title, "due": moment(clock.due), "source": duty.source}
        if clock.done is not None:
            lines.append(phrases.say("incident.clock_done", title=duty.title, time=moment(clock.done)))
        elif clock.due <= now:
            lines.append(phrases.say("incident.clock_late", **params))
        else:
            hours = int((clock.due - now) / timedelta(hours=1))
            lines.append(phrases.say("incident.clock", **params, hours=hours))
    return lines


async def draft(errand: Errand, commune: Commune, phrases: Phrases, one: Incident) -> str:
    """Return the draft of the notification with what is known; the rest is left blank."""
    plan = plan_of(commune)
    events = await errand.store.incidents.history(one)
    said = {name: "; ".join(event.words for event in events if event.what == name)[:MOST_TOLD] for name in _TOLD}
    clocks = [(clock, plan.clock(clock.clock)) for clock in await errand.store.incident_clocks.of(one)]
    judged = {None: "", True: "incident.serious", False: "incident.not_serious"}[one.serious]
    values = {
        "xa": commune.profile.authority,
        "ma": one.code,
        "loai": plan.kind(one.kind).title,
        "su_viec": "; ".join(filter(None, (in_short(commune, one) if one.thing else "", said["reported"]))),
        "noi": where(commune, one),
        "phat_hien": moment(one.found),
        "nguoi_bao": next((event.post for event in events if event.what == "reported"), ""),
        "da_nhan": one.post or "",
        "ghi_chep": said["noted"],
        "khac_phuc": said["closed"],
        "khoi_phuc": moment(one.restored) if one.restored else "",
        "muc_do": phrases.plain(judged) if judged else "",
        "can_cu": "\n".join(_source(phrases, duty) for _, duty in clocks if duty),
        "han": "\n".join(f"- {moment(clock.due)}: {duty.title}" for clock, duty in clocks if duty),
        "lap_luc": moment(errand.now),
    }
    return fill_draft(plan, values)


async def hand_out_draft(errand: Errand, commune: Commune, one: Incident) -> None:
    """Send the draft of the notification to those who have to send it."""
    text = await draft(errand, commune, errand.library.speak(MAIN_LANGUAGE), one)
    for member in for_the_law(commune, await errand.store.members.of_account(one.account), one):
        chat = await errand.chat(member.chat_id) if member.id != one.reported_by else None
        if chat is not None:
            errand.tell(chat, "incident.draft", text=text)


def _source(phrases: Phrases, duty: Clock) -> str:
    return "- " + phrases.plain("incident.source_read", source=duty.source, day=f"{duty.checked:%d/%m/%Y}")


MOST_TOLD = 700  # characters: the draft stays one message
_TOLD = ("reported", "noted", "closed")
