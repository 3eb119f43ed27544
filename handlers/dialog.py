"""The conversation engine: a step is an async function that returns what to ask.

The engine calls a step to show its question and calls it again to read the answer. Nothing is kept but the
dialog row, so any replica can take the next turn, and a new release finds conversations of the old one.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from handlers.messages import Button, Reply
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import plain
from storage.chats import Dialog

EXPIRES_AFTER = timedelta(hours=2)
MOST_HOPS = 8  # steps that skip themselves in a row; more is a circle and a mistake of ours

Check = Callable[[Turn, str], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. `choices` are offered as buttons; `check` reads free text and raises CitizenMistake.

    The answer is stored in the dialog's data under `name`; `then` is the next step. `typed`: a number is the answer
    itself and never means the button at that place, as where figures are asked for.
    """

    key: str
    name: str
    then: str
    choices: tuple[Button, ...] = ()
    check: Check | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """A last word: the conversation is over."""

    key: str
    buttons: tuple[Button, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Back:
    """Return to an earlier step and say why."""

    step: str
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to ask here; go on with another step."""

    step: str


Step = Callable[[Turn], Awaitable[Ask | Say | Back | Skip | Outcome]]


@dataclass(frozen=True)
class Flow:
    """A conversation of several steps; the first of `steps` is where it begins.

    `keeps`: when other words come between, the answers are parked in the dialog until it is begun again or expires.
    `story`: answers that must not be lost; once one is given, who wishes for a person in a sentence is asked back.
    `expired`: what is said to who comes back after it was left alone for too long.
    """

    name: str
    steps: Mapping[str, Step]
    keeps: bool = False
    story: frozenset[str] = frozenset()
    expired: str = "dialog.expired"

    @property
    def first(self) -> str:
        """The step it begins with."""
        return next(iter(self.steps))


async def start(flow: Flow, turn: Turn, data: Mapping[str, Any] | None = None, at: str = "") -> Outcome:
    """Begin a conversation, with answers that are known already, at its first step or at the step `at`."""
    dialog = Dialog(flow=flow.name, step=at or flow.first, data=dict(data or {}), topic=turn.dialog.topic)
    return await _show(flow, turn.with_dialog(dialog), ())


async def resume(flow: Flow, turn: Turn) -> Outcome:
    """Read the message as the answer to the step's question and go on."""
    dialog = turn.dialog
    step = flow.steps.get(dialog.step)
    if step is None:  # renamed or removed by a newer release
        return Outcome((turn.reply("dialog.lost"),))
    try:
        asked = await step(turn)
    except CitizenMistake as mistake:  # what the conversation is about is gone, as in _show
        return Outcome((turn.reply(mistake.key, mistake.buttons, **mistake.params),))
    if not isinstance(asked, Ask):
        return await _show(flow, turn, ())
    try:
        value = await _read(turn, asked)
    except CitizenMistake as mistake:
        return await _show(flow, turn, (turn.reply(mistake.key, **mistake.params),))
    data = {**dialog.data, asked.name: value}
    moved = replace(dialog, step=asked.then, data=data, path=(*dialog.path, f"{dialog.step}/{asked.name}"))
    return await _show(flow, turn.with_dialog(moved), ())


async def ask_again(flow: Flow, turn: Turn) -> Outcome:
    """Show the open question once more."""
    return await _show(flow, turn, ())


async def back(flow: Flow, turn: Turn) -> Outcome:
    """Show the question before this one again, its answer forgotten; at the first one, show it again."""
    dialog = turn.dialog
    if dialog.path:
        step, _, name = dialog.path[-1].partition("/")
        data = {key: value for key, value in dialog.data.items() if key != name}
        dialog = replace(dialog, step=step, data=data, path=dialog.path[:-1])
    return await _show(flow, turn.with_dialog(dialog), ())


def offered_value(turn: Turn) -> str | None:
    """Return the value that a tap, a typed number or a typed label means in the list that was shown last."""
    offered = turn.dialog.offered
    if turn.incoming.tap is not None:
        return next((value for _, value in offered if value == turn.incoming.tap), None)
    said = turn.incoming.text.strip().rstrip(".)")
    if (
        not turn.dialog.typed
        and said.isascii()
        and said.isdecimal()
        and len(said) <= 2
        and 1 <= int(said) <= len(offered)
    ):
        return offered[int(said) - 1][1]
    words = plain(said)
    return next((value for label, value in offered if words and plain(label) == words), None)


async def _read(turn: Turn, asked: Ask) -> Any:
    value = offered_value(turn)
    if value is not None:
        if any(value == button.value for button in asked.choices):
            return value
        raise CitizenMistake("dialog.gone")  # it was shown, but somebody else has taken it since
    if asked.check is None or turn.incoming.tap is not None:
        raise CitizenMistake("dialog.gone" if turn.incoming.tap is not None else "dialog.choose")
    return await asked.check(turn, turn.incoming.text.strip())


async def _show(flow: Flow, turn: Turn, before: tuple[Reply, ...]) -> Outcome:
    """Show the step the dialog stands at, following steps that skip themselves or lead back."""
    for _ in range(MOST_HOPS):
        try:
            result = await flow.steps[turn.dialog.step](turn)
        except CitizenMistake as mistake:  # what the conversation is about is gone: say so and end it
            return Outcome((*before, turn.reply(mistake.key, mistake.buttons, **mistake.params)))
        if isinstance(result, Skip):
            turn = turn.with_dialog(replace(turn.dialog, step=result.step))
        elif isinstance(result, Back):
            before = (*before, turn.reply(result.key, **result.params))
            turn = turn.with_dialog(_rewound(turn.dialog, result.step))
        elif isinstance(result, Outcome):
            return replace(result, replies=(*before, *result.replies))
        elif isinstance(result, Say):
            return Outcome((*before, turn.reply(result.key, result.buttons, **result.params)))
        else:
            return _asked(turn, result, before)
    raise RuntimeError(f"flow {flow.name} goes in circles at {turn.dialog.step}")


def _rewound(dialog: Dialog, step: str) -> Dialog:
    steps = [one.partition("/")[0] for one in dialog.path]
    kept = steps.index(step) if step in steps else len(steps)
    forgotten = {one.partition("/")[2] for one in dialog.path[kept:]}
    data = {key: value for key, value in dialog.data.items() if key not in forgotten}
    return replace(dialog, step=step, data=data, path=dialog.path[:kept])


def _asked(turn: Turn, asked: Ask, before: tuple[Reply, ...]) -> Outcome:
    buttons = asked.choices
    cancel = turn.button("button.cancel", "cancel")
    ways = (turn.button("button.back", "back"), cancel) if turn.dialog.path else (cancel,)
    dialog = replace(turn.dialog, expires_at=turn.now + EXPIRES_AFTER, typed=asked.typed)
    return Outcome((*before, turn.reply(asked.key, buttons + ways, **asked.params)), dialog)
