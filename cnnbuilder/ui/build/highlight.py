"""Light colouring of Python source: keywords, numbers, texts and the names that are defined."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from cnnbuilder.ui.widgets.theme import Tokens, theme

_PARTS = re.compile(
    r"(?P<comment>\#.*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<keyword>\b(?:import|from|as|class|def|return|super|True|False|None|for|in|if|else)\b)"
    r"|(?P<number>\b\d[\d_]*(?:\.\d+)?(?:e-?\d+)?\b)"
    r"|(?P<quiet>\bself\b|\b(?:nn|F|torch)\b(?=\.))"
)
_DEFINED = re.compile(r"\b(?:class|def)\s+(\w+)")


def colours(tokens: Tokens) -> dict[str, str]:
    """The colour of each part. Chosen for 4.5:1 on the window's ground and on a marked line."""
    return {
        "comment": tokens.secondary,
        "text": "#9DE3A8" if tokens.dark else "#17663F",
        "keyword": tokens.dense,
        "number": "#7DB9FF" if tokens.dark else "#005A8F",
        "quiet": tokens.secondary,
    }


class Highlighter(QSyntaxHighlighter):
    """Colours a document, and again when the theme changes."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self._defined = QTextCharFormat()
        self._defined.setFontWeight(QFont.Weight.DemiBold)
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        for name, colour in colours(theme.tokens).items():
            form = QTextCharFormat()
            form.setForeground(QColor(colour))
            self._formats[name] = form
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for found in _PARTS.finditer(text):
            self.setFormat(found.start(), len(found[0]), self._formats[str(found.lastgroup)])
        for found in _DEFINED.finditer(text):
            self.setFormat(found.start(1), len(found[1]), self._defined)
