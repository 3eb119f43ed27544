"""The command line in this process: starting Python and loading the libraries takes a second each time."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """The JSON objects, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Result]


def runner(content: Path, folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> Command:
    """Return what runs a command in an empty folder, with the settings' defaults and the environment given."""
    patch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("BOT_")]:
        patch.delenv(name)
    patch.setenv("BOT_CONTENT", str(content))
    patch.setenv("COLUMNS", "200")

    def run(*arguments: str, **environ: str) -> Result:
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["troly", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = captured.readouterr()
        code = left.value.code
        if isinstance(code, str):  # Python prints it to standard error and exits with 1
            err, code = err + code, 1
        assert "Traceback" not in err
        return Result(code or 0, out, err)

    return run
