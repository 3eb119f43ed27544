"""Nhận thông báo: people turn topics and hamlets on and off; nothing is on before they say so."""

import re

from handlers.feature import Feature, MenuEntry
from handlers.messages import Button
from handlers.notice_words import topic_title
from handlers.turn import Outcome, Turn

WORDS = "1"  # version of subscribe.text, which people agree to; raise it whenever its meaning changes
MOST_INLINE = 6  # hamlets that stand among the topics; more have a list of their own
ALL = "-"  # no id of a topic or a hamlet


async def page(turn: Turn, argument: str) -> Outcome:
    """Show what is on and off; turn something on or off: "on/y-te", "off/y-te", "off/-", "here/xom-5", "not/xom-5".

    "hamlets" lists them where there are many.
    """
    name, _, identity = argument.partition("/")
    if name == "off":
        return await _off(turn, identity)
    if turn.commune.notices is None:
        return Outcome((turn.reply("subscribe.not_here", (turn.button("button.menu", "menu"),)),))
    if name == "on":
        return await _on(turn, identity)
    if name in {"here", "not"}:
        _hamlet(turn, identity, here=name == "here")
    if name == "hamlets":
        return await _hamlets(turn)
    return await _shown(turn, "subscribe.changed" if name in {"here", "not"} else "subscribe.text")


async def _on(turn: Turn, topic: str) -> Outcome:
    if turn.commune.notices is None or turn.commune.notices.topic(topic) is None:
        return await _shown(turn, "subscribe.text")
    turn.store.subscriptions.turn_on(turn.chat.id, topic, WORDS, turn.now)
    return await _shown(turn, "subscribe.on", topic=topic_title(turn.commune, topic))


async def _off(turn: Turn, topic: str) -> Outcome:
    """Turn a topic off, or all; a slip is mended by one tap."""
    await turn.store.subscriptions.turn_off(turn.chat.id, "" if topic in {"", ALL} else topic, turn.now)
    ways = (turn.button("subscribe.look", "sub"), turn.button("button.menu", "menu"))
    if topic in {"", ALL}:
        return Outcome((turn.reply("subscribe.all_off", ways),))
    again = turn.button("subscribe.on_again", f"sub/on/{topic}")
    shown = (again, turn.button("subscribe.off_all", f"sub/off/{ALL}"), *ways)
    return Outcome((turn.reply("subscribe.off", shown, topic=topic_title(turn.commune, topic)),))


def _hamlet(turn: Turn, hamlet: str, *, here: bool) -> None:
    known = {one.id for one in turn.commune.profile.hamlets}
    if here and hamlet in known:
        turn.store.subscriptions.add_hamlet(turn.chat.id, hamlet)
    elif not here:
        turn.store.subscriptions.drop_hamlet(turn.chat.id, "" if hamlet == ALL else hamlet)


async def _shown(turn: Turn, key: str, /, **params: object) -> Outcome:
    wishes = await turn.store.subscriptions.of_chat(turn.chat.id)
    topics = turn.commune.notices.topics if turn.commune.notices else ()
    buttons = [
        turn.button("subscribe.turn_off", f"sub/off/{one.id}", topic=one.title)
        if one.id in wishes.topics
        else turn.button("subscribe.turn_on", f"sub/on/{one.id}", topic=one.title)
        for one in topics
    ]
    hamlets = turn.commune.profile.hamlets
    if wishes.topics:
        if len(hamlets) > MOST_INLINE:
            buttons.append(turn.button("subscribe.choose_hamlet", "sub/hamlets"))
        else:
            buttons += [_hamlet_button(turn, one.id, one.name, wishes.hamlets) for one in hamlets]
        if wishes.hamlets:
            buttons.append(turn.button("subscribe.everywhere", f"sub/not/{ALL}"))
        buttons.append(turn.button("subscribe.off_all", f"sub/off/{ALL}"))
    names = [one.title for one in topics if one.id in wishes.topics]
    where = [one.name for one in hamlets if one.id in wishes.hamlets]
    on = ", ".join(names) if names else turn.phrases.plain("subscribe.nothing")
    places = ", ".join(where) if where else turn.phrases.plain("notice.whole_commune")
    shown = (*buttons, turn.button("button.menu", "menu"))
    commune = turn.commune.profile.name
    return Outcome((turn.reply(key, shown, commune=commune, topics=on, hamlets=places, **params),))


async def _hamlets(turn: Turn) -> Outcome:
    """Show all hamlets of a commune that has many; where none is named, the page as it is."""
    wishes = await turn.store.subscriptions.of_chat(turn.chat.id)
    known = turn.commune.profile.hamlets
    if not known or not wishes.topics:
        return await _shown(turn, "subscribe.text")
    buttons = (_hamlet_button(turn, one.id, one.name, wishes.hamlets) for one in known)
    ways = (turn.button("subscribe.look", "sub"), turn.button("button.menu", "menu"))
    return Outcome((turn.reply("subscribe.hamlets", (*buttons, *ways)),))


def _hamlet_button(turn: Turn, identity: str, name: str, chosen: frozenset[str]) -> Button:
    if identity in chosen:
        return turn.button("subscribe.not_hamlet", f"sub/not/{identity}", hamlet=name)
    return turn.button("subscribe.hamlet", f"sub/here/{identity}", hamlet=name)


async def off(turn: Turn, _: str) -> Outcome:
    """Turn everything off by words."""
    return await _off(turn, ALL)


_STOP = re.compile(r".{4,20}")
_NOTICES = re.compile(r"(?:xem |cac )?thong bao(?: (?:cua xa|moi))?")


async def stop(turn: Turn, _: str) -> Outcome | None:
    """Turn everything off for who gets notices and writes that it is enough; for others the words mean something else.

    They are compared with their marks: «đúng» folded is «dung» as well.
    """
    said = turn.incoming.text.casefold().strip(" .!")
    if said not in {word.casefold() for word in turn.phrases.words("subscribe.stop_words")}:
        return None
    wishes = await turn.store.subscriptions.of_chat(turn.chat.id)
    return await _off(turn, ALL) if wishes.topics else None


async def notices_of_citizen(turn: Turn, _: str) -> Outcome:
    """Show what can be turned on and off."""
    return await page(turn, "")


FEATURE = Feature(
    name="subscriptions",
    commands={"word.subscriptions": page, "word.subscriptions_off": off},
    taps={"sub": page},
    patterns={_STOP: stop, _NOTICES: notices_of_citizen},
    menu=(MenuEntry(65, "button.subscriptions", "sub"),),
)
