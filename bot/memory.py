"""What stays for long, out of the garbage collector's way."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def growing() -> Iterator[None]:
    """Keep the garbage collector still while nearly everything that is made stays, as when libraries are imported.

    It finds nothing then and takes 0.15 s of a start. What was made is taken out of its way.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def without(library: str) -> Iterator[None]:
    """Let what is imported meanwhile do without a library that it would use if it were there."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]  # the language's own way to say that there is none
    try:
        yield
    finally:
        del sys.modules[library]


# Objects made until the collector looks at the young ones. Python's own 700 are an answer's; each look finds nothing.
YOUNG = 10_000


def settle() -> None:
    """Clear up after the content was loaded.

    The content and the libraries stay, and a full collection would look at all of them every time: 0.1 s in which
    nobody is answered. `freeze` takes them out.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    # glibc keeps what was freed for the next one who asks; after a load that is 10 MB nobody asks for.
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def settle_again() -> None:
    """Clear up after another load: what the last content left behind comes back first, so that it can go."""
    gc.unfreeze()
    settle()
