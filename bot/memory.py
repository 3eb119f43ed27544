"""What stays for long, out of the garbage collector's way."""

import ctypes
import gc
import sys


def settle() -> None:
    """Clear up after the content was loaded.

    The content and the libraries stay, and a full collection would look at all of them every time: 0.1 s in which
    nobody is answered. `freeze` takes them out. What the last content left behind comes back first, so that it can
    go; that costs the 0.1 s once a load.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # glibc keeps what was freed for the next one who asks; after a load that is 10 MB nobody asks for.
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)
