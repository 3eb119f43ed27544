"""What stays for long, out of the garbage collector's way."""

import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
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


# glibc's names for what mallopt sets: malloc.h.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
LARGE = 128 * 1024  # bytes


def share_one_heap() -> None:
    """Let all threads take memory from one place, and give large blocks back at once; before threads begin.

    glibc gives each thread a heap of its own and remembers how large the blocks were that came back. What one thread
    frees another cannot take then, and every reading of the content, in a thread, leaves a hole of its size: 156 MB
    after three of them instead of 150, and still growing. Python's threads take turns anyway.
    """
    if (mallopt := _of_libc("mallopt")) is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, LARGE)


def _of_libc(name: str) -> Callable[..., int] | None:
    """Return a function of glibc, or None where there is another C library."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


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
    if (trim := _of_libc("malloc_trim")) is not None:
        trim(0)


def settle_again() -> None:
    """Clear up after another load: what the last content left behind comes back first, so that it can go."""
    gc.unfreeze()
    settle()
