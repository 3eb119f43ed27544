"""What is left out while the service is loaded."""

import subprocess
import sys
from importlib import import_module

import pytest

from bot.memory import without


def test_a_library_is_missing_only_meanwhile() -> None:
    sys.modules.pop("this", None)
    with without("this"), pytest.raises(ModuleNotFoundError):
        import_module("this")
    assert "this" not in sys.modules
    with without("json"):  # what is loaded already stays
        assert import_module("json").dumps([1]) == "[1]"


def test_the_service_draws_no_tracebacks_with_the_values_of_variables() -> None:
    program = "import sys, bot.__main__; from bot import memory\nwith memory.without('rich'): import bot.serve\n"
    program += "import structlog.dev; print('rich' in sys.modules, structlog.dev.rich)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "None"]
