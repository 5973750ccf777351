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
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from cnnbuilder.network.templates import TEMPLATES
    from cnnbuilder.ui.session.document import Document
    from cnnbuilder.ui.widgets.style import Style
    from cnnbuilder.ui.widgets.theme import theme
    from cnnbuilder.ui.window.window import Window
    from tests.ui.test_layouts import STATES, NoEngine, look

    application = QApplication([])
    Style(application)
    for size in SIZES:
        for scale in SCALES:
            for state in STATES:
                theme.set_scale(1.0)
                window = Window(Document(TEMPLATES["digits"].make()))
                window.child._engine = NoEngine()
                window.setWindowState(Qt.WindowState.WindowNoState)
                window.show()
                application.processEvents()
                for fault in look(window, state, size, scale):
                    print(f"{state.__name__} {size[0]}×{size[1]} {scale:.0%} {fault}")
                window.session.document.undo_stack.setClean()
                window.session.file.decline()
                window.session.runner._status = type(window.session.runner.status)()
                window.close()
                window.deleteLater()
                application.processEvents()


if __name__ == "__main__":
    main()
