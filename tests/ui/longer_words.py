"""The layouts in a language that takes 40 % more room than English, as Spanish may. Prints what is cut.

A process of its own: many words are looked up when a module is first imported.
"""

from __future__ import annotations

import cnnbuilder.text

SIZES = [(1366, 768), (1920, 1080), (1024, 640)]
SCALES = (1.0, 1.5)


def longer(text: str) -> str:
    """40 % more letters: each word grows, placeholders and short signs stay."""
    words = []
    for word in text.split(" "):
        plain = word.strip("&…:,.()%·×")
        if len(plain) < 3 or "{" in word or "\n" in word:
            words.append(word)
        else:
            words.append(word + "o" * round(0.4 * len(plain)))
    return " ".join(words)


class Longer:
    """Stands where a translation stands."""

    def gettext(self, message: str) -> str:
        return longer(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return longer(one if n == 1 else many)


def main() -> None:
    """Looks at every state in every size."""
    cnnbuilder.text._catalogue = Longer()  # type: ignore[assignment]
    import shiboken6
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from cnnbuilder.network.templates import TEMPLATES
    from cnnbuilder.ui.session.document import Document
    from cnnbuilder.ui.session.run_state import State
    from cnnbuilder.ui.widgets.style import Style
    from cnnbuilder.ui.widgets.theme import theme
    from cnnbuilder.ui.window.window import Window
    from tests.ui.test_layouts import STATES, look_everywhere

    application = QApplication([])
    Style(application)
    for state in STATES:
        theme.set_scale(1.0)
        window = Window(Document(TEMPLATES["digits"].make()))
        window.setWindowState(Qt.WindowState.WindowNoState)
        window.show()
        application.processEvents()
        for fault in look_everywhere(window, state, SIZES, SCALES):
            print(fault)
        window.session.document.undo_stack.setClean()
        window.session.file.decline()
        window.session.runner._status = State()
        window.close()
        shiboken6.delete(window)


if __name__ == "__main__":
    main()
