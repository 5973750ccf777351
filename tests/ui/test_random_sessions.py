"""Windows in which anything is done, by chance: no exception, no Qt warning, nothing lost, undo exact.

A few short sessions always; as many and as long as one likes by option, on a real X server as well:

    pytest tests/ui/test_random_sessions.py --random-sessions 1000 --random-actions 50
    CNNBUILDER_TEST_PLATFORM=xcb xvfb-run -a pytest tests/ui/test_random_sessions.py --random-sessions 100

What fails names its seed: `--random-seed SEED --random-sessions 1` brings it back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets import questions
from cnnbuilder.ui.window.window import Window
from tests.ui.random_session import RandomSession, start


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    first, count = (metafunc.config.getoption(name) for name in ("random_seed", "random_sessions"))
    metafunc.parametrize("seed", range(first, first + count))


def test_whatever_is_done_the_window_and_the_document_agree(
    seed: int,
    make_window: Callable[[Document], Window],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    answers = [1]

    def answer(_parent: object, _question: str, _explanation: str, choices: list[str]) -> int:
        return min(answers[0], len(choices) - 1)

    window = make_window(Document(start(seed)))
    session = RandomSession(window, seed, tmp_path, answers)
    asked = questions.choose
    for module in list(sys.modules.values()):
        if getattr(module, "choose", None) is asked:
            monkeypatch.setattr(module, "choose", answer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(session.file), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: "")
    session.run(request.config.getoption("random_actions"))
