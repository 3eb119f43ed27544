"""Who answers: the one place that decides which feature gets a message."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import handlers
from handlers import dialog as engine
from handlers.feature import Feature, MenuEntry, Work
from handlers.guard import inspect
from handlers.messages import Reply
from handlers.own_menu import with_own_menu
from handlers.posts import member_of
from handlers.turn import Finder, Handler, Hearer, Listener, Outcome, Turn
from handlers.words import LONGEST_WISH, plain
from storage.chats import Dialog

NOTICE = "1"  # version of the privacy notice; a higher one shows it to everybody again


@dataclass(frozen=True)
class Routes:
    """Every feature's entries, put together once when the service starts."""

    features: tuple[Feature, ...]
    commands: dict[str, Handler]
    taps: dict[str, Handler]
    flows: dict[str, engine.Flow]
    codes: tuple[tuple[re.Pattern[str], Finder], ...]
    patterns: tuple[tuple[re.Pattern[str], Finder], ...]
    errands: tuple[Work, ...]
    menu: tuple[MenuEntry, ...]
    listeners: Mapping[str, Listener]
    sentences: tuple[tuple[re.Pattern[str], Handler], ...]


def discover() -> Routes:
    """Return the routes of all modules of this package that define FEATURE. Importing them changes nothing."""
    features = []
    for module in pkgutil.iter_modules(handlers.__path__, "handlers."):
        feature = getattr(importlib.import_module(module.name), "FEATURE", None)
        if isinstance(feature, Feature):
            features.append(feature)
    return assemble(features)


def assemble(features: Iterable[Feature]) -> Routes:
    """Put features together. Raises ValueError when two claim the same word, button or flow."""
    features = tuple(features)
    commands: dict[str, Handler] = {}
    taps: dict[str, Handler] = {}
    flows: dict[str, engine.Flow] = {}
    for feature in features:
        claims = [*feature.commands, *feature.taps, *(flow.name for flow in feature.flows)]
        taken = [name for name in claims if name in commands or name in taps or name in flows]
        if taken:
            raise ValueError(f"{feature.name} claims what another feature has: {', '.join(taken)}")
        commands.update(feature.commands)
        taps.update(feature.taps)
        flows.update({flow.name: flow for flow in feature.flows})
    menu = tuple(sorted((entry for feature in features for entry in feature.menu), key=lambda entry: entry.order))
    codes = tuple(pair for feature in features for pair in feature.codes.items())
    patterns = (*codes, *(pair for feature in features for pair in feature.patterns.items()))
    errands = tuple(work for feature in features for work in feature.errands)
    listeners = {name: one for feature in features for name, one in feature.listeners.items()}
    sentences = tuple(pair for feature in features for pair in feature.sentences.items())
    return Routes(features, commands, taps, flows, codes, patterns, errands, menu, listeners, sentences)


async def answer(routes: Routes, turn: Turn) -> Outcome:
    """Return what the service says to a message and what it remembers of the conversation."""
    before: tuple[Reply, ...] = ()
    if turn.chat.post is not None:
        turn = await with_own_menu(turn, await member_of(turn))
    if turn.dialog.expires_at is not None and turn.dialog.expires_at <= turn.now:
        if turn.dialog.flow:
            left = routes.flows.get(turn.dialog.flow)
            before = (turn.reply(left.expired if left is not None else "dialog.expired"),)
        turn = turn.with_dialog(Dialog(listening=turn.dialog.listening))
    first = turn.chat.notice != NOTICE
    outcome = await _decide(routes, turn)
    if first:
        before = (turn.reply("start.notice", commune=turn.commune.profile.name), *before)
        outcome = replace(outcome, notice=NOTICE)
    return _remember_offered(routes, turn, replace(outcome, replies=(*before, *outcome.replies)))


async def _decide(routes: Routes, turn: Turn) -> Outcome:
    refused, rest = inspect(turn)
    if refused is None:
        return await _respond(routes, rest or turn)
    if rest is None:
        return await _refused(routes, turn, refused)
    outcome = await _respond(routes, rest)
    return replace(outcome, replies=(refused, *outcome.replies))


async def _refused(routes: Routes, turn: Turn, refused: Reply) -> Outcome:
    """Return a refusal; who is in a form is asked the open question again."""
    flow = routes.flows.get(turn.dialog.flow)
    if flow is None or turn.dialog.step not in flow.steps:
        return Outcome((refused,), turn.dialog)
    asked = await engine.ask_again(flow, turn)
    return replace(asked, replies=(refused, *asked.replies))


async def _respond(routes: Routes, turn: Turn, question: Handler | None = None) -> Outcome:
    command = _command(routes, turn)
    listener = routes.listeners.get(turn.dialog.listening.partition("/")[0])
    if listener is not None and command is not None and not turn.dialog.flow:
        if command[0] is routes.commands["word.cancel"]:
            return await _listened(routes, turn, listener.cancelled)
        if any(command[0] is routes.commands.get(key) for key in listener.talk):
            command = None
    if command is not None:
        found = await _found(routes.patterns, turn, command[1])  # "/start K7M2QX", as a scanned QR code sends it
        outcome = found if found is not None else await command[0](turn, command[1])
        return outcome if command[0] is routes.commands["word.cancel"] else _park(routes, turn, outcome)
    flow = routes.flows.get(turn.dialog.flow)
    if flow is not None:
        return await _in_flow(routes, flow, turn)
    if turn.dialog.flow:  # a flow of an older release
        return Outcome((turn.reply("dialog.lost"), *(await routes.commands["word.menu"](turn, "")).replies))
    if listener is not None and turn.incoming.tap is None:
        # A code that a member types is for the desk: it must not reach the person they are talking with.
        found = await _found(routes.codes, turn, turn.incoming.text) if turn.chat.post is not None else None
        return found if found is not None else await _listened(routes, turn, listener.hears)
    value = engine.offered_value(turn) or turn.incoming.tap
    if value is not None:
        return await tapped(routes, turn, value)
    if _is_word(turn, "word.back"):  # from a page there is nowhere to go back to but the menu
        return await routes.commands["word.menu"](turn, "")
    found = await _found(routes.patterns, turn, turn.incoming.text)
    return found if found is not None else await (question or routes.commands["word.ask"])(turn, turn.incoming.text)


def _park(routes: Routes, turn: Turn, outcome: Outcome) -> Outcome:
    """Keep the answers of a form that can be taken up again: something else comes between."""
    flow = routes.flows.get(turn.dialog.flow)
    dialog = outcome.dialog if outcome.dialog is not None else Dialog(topic=turn.dialog.topic)
    if flow is None or not flow.keeps or outcome.erased or dialog.flow == flow.name:
        return outcome
    return replace(outcome, dialog=replace(dialog, parked=turn.dialog.data))


async def _listened(routes: Routes, turn: Turn, hears: Hearer) -> Outcome:
    """Let a listener have the words; what it leaves alone is answered as ever."""
    heard = await hears(turn, turn.dialog.listening.partition("/")[2])
    if heard.outcome is not None:
        return replace(heard.outcome, listening="") if heard.over else heard.outcome
    kept = "" if heard.over else turn.dialog.listening
    outcome = await _respond(routes, turn.with_dialog(replace(turn.dialog, listening="")), heard.question)
    return outcome if outcome.listening is not None else replace(outcome, listening=kept)


async def _found(patterns: Iterable[tuple[re.Pattern[str], Finder]], turn: Turn, text: str) -> Outcome | None:
    said = text.strip()
    folded = plain(said) if len(said) <= LONGEST_WISH else said
    for pattern, finder in patterns:
        match = pattern.fullmatch(said) or pattern.fullmatch(folded)
        if match is not None:
            outcome = await finder(turn, match[0])
            if outcome is not None:
                return outcome
    return None


async def _in_flow(routes: Routes, flow: engine.Flow, turn: Turn) -> Outcome:
    value = engine.offered_value(turn) or turn.incoming.tap
    if value == "back" or _is_word(turn, "word.back"):
        return await engine.back(flow, turn)
    # A button of an older message, such as a guide's: do what it says; the open question stays open.
    shown_here = {offered for _, offered in turn.dialog.offered}
    elsewhere = value is not None and ("/" in value or value not in shown_here)
    if value == "cancel" or (elsewhere and value is not None and value.split("/", 1)[0] in routes.taps):
        outcome = await tapped(routes, turn, value)
        if outcome.language is not None:  # the open question goes on in the other language
            asked = await engine.ask_again(flow, turn.speaking(outcome.language))
            told = tuple(replace(reply, buttons=()) for reply in outcome.replies)
            return replace(asked, replies=(*told, *asked.replies), language=outcome.language)
        # A number means the list that is seen last, also where the open question wants figures.
        beside = replace(turn.dialog, typed=turn.dialog.typed and not any(reply.buttons for reply in outcome.replies))
        return outcome if value == "cancel" or outcome.dialog else replace(outcome, dialog=beside)
    return await engine.resume(flow, turn)


async def tapped(routes: Routes, turn: Turn, value: str) -> Outcome:
    """Do what a button says. Unknown values (an old release, a forged one) get the menu and an apology."""
    name, _, rest = value.partition("/")
    handler = routes.taps.get(name)
    if handler is None:
        menu = await routes.commands["word.menu"](turn, "")
        return replace(menu, replies=(turn.reply("dialog.gone"), *menu.replies))
    return await handler(turn, rest)


def _command(routes: Routes, turn: Turn) -> tuple[Handler, str] | None:
    """Return the handler of a command word and what follows it ("/start code")."""
    text = turn.incoming.text
    if not text or turn.incoming.tap is not None:
        return None
    if text.startswith("/"):
        first, _, rest = text.partition(" ")
        said = first.partition("@")[0].lower()
    else:
        said, rest = plain(text), ""
    known = _words_of(routes, turn)
    if said in known:
        return routes.commands[known[said]], rest.strip()
    flow = routes.flows.get(turn.dialog.flow)
    if len(text) > LONGEST_WISH or (flow is not None and flow.story & turn.dialog.data.keys()):
        return None
    handler = next((handler for pattern, handler in routes.sentences if pattern.fullmatch(said)), None)
    return (handler, "") if handler is not None else None


def _words_of(routes: Routes, turn: Turn) -> Mapping[str, str]:
    """Return every command word as it is compared, with the key of its phrase."""
    return turn.phrases.derived(
        "command words",
        lambda phrases: {
            word if word.startswith("/") else plain(word): key
            for key in routes.commands
            if key in phrases.fallback
            for word in phrases.words(key)
        },
    )


def _is_word(turn: Turn, key: str) -> bool:
    said = plain(turn.incoming.text)
    return bool(said) and any(plain(word) == said for word in turn.phrases.words(key))


def _remember_offered(routes: Routes, turn: Turn, outcome: Outcome) -> Outcome:
    dialog = outcome.dialog if outcome.dialog is not None else Dialog(topic=turn.dialog.topic)
    shown = next((reply.buttons for reply in reversed(outcome.replies) if reply.buttons), ())
    if shown:
        dialog = replace(dialog, offered=tuple((button.label, button.value) for button in shown))
    listening = outcome.listening if outcome.listening is not None else turn.dialog.listening
    flow = routes.flows.get(dialog.flow)
    parked = {} if flow is not None and flow.keeps else dialog.parked or turn.dialog.parked
    dialog = replace(dialog, listening=listening, parked=parked)
    if dialog.expires_at is None and (dialog.offered or dialog.topic or dialog.parked):
        dialog = replace(dialog, expires_at=turn.now + engine.EXPIRES_AFTER)
    return replace(outcome, dialog=dialog)
