"""One row of a form of settings: its label, its editor, and below them a sentence where there is one to say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtWidgets import QLabel

from cnnbuilder.blocks.base import FieldInfo
from cnnbuilder.ui.fields.editors import ChoiceEditor, Editor, editor_for


class SettingRow:
    """Label, editor, and below them a sentence where there is one to say."""

    def __init__(
        self, info: FieldInfo, words: Mapping[str, str] = MappingProxyType({}), editor: Editor | None = None
    ) -> None:
        """`words`: how choices are called on the screen. `editor`: another one than the field's type has."""
        self.info = info
        self.editor: Editor = editor or editor_for(info)
        if isinstance(self.editor, ChoiceEditor):
            for place in range(self.editor.box.count()):
                value = self.editor.box.itemText(place)
                self.editor.box.setItemText(place, words.get(value, value))
        self.label = QLabel(info.field.label)
        self.label.setProperty("role", "field-label")
        self.label.setBuddy(self.editor)
        self.sentence = QLabel()
        self.sentence.setProperty("role", "problem")
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        target = self.editor.focusProxy() or self.editor
        for widget in (self.label, self.editor, target):
            widget.setToolTip(info.field.help)
        target.setAccessibleName(info.field.label)
        target.setAccessibleDescription(info.field.help)
        self.editor.refused.connect(self.say)

    def say(self, sentence: str) -> None:
        """Shows one sentence below the field; an empty one takes it away."""
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def set_visible(self, visible: bool) -> None:
        """Shows or hides the whole row."""
        self.label.setVisible(visible)
        self.editor.setVisible(visible)
        self.sentence.setVisible(visible and bool(self.sentence.text()))
