"""The chip that says where training runs, as soon as the engine's child knows it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from cnnbuilder.engine.messages import AnyEvent, ProcessExited, Ready
from cnnbuilder.text import _, bytes_text
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.window.top_bar import Chip


class DeviceChip(QObject):
    """Shows the device with a green light; a click tells more."""

    def __init__(self, chip: Chip, child: EngineChild, parent: QWidget) -> None:
        super().__init__(parent)
        self._chip = chip
        self._menu = QMenu(parent)
        self._ready = False
        chip.setMenu(self._menu)
        self._name = _("Starting PyTorch")
        self._tell(_("PyTorch is being loaded in the background."))
        child.device_known.connect(self._known)
        child.heard.connect(self._heard)

    def _known(self, ready: Ready) -> None:
        self._ready = True
        if self._chip.dot is not None:
            self._chip.dot.set_token("good")
        self._name = ready.device_name
        bfloat16 = _("bfloat16 in hardware: yes") if ready.bfloat16 else _("bfloat16 in hardware: no")
        memory = (
            _("{memory} of memory").format(memory=bytes_text(ready.memory_bytes))
            if ready.memory_bytes
            else ""
        )
        version = _("PyTorch {version}").format(version=ready.torch_version)
        self._tell(
            *filter(
                None,
                (_("Training runs on {device}").format(device=ready.device_name), memory, bfloat16, version),
            )
        )

    def _heard(self, events: list[AnyEvent]) -> None:
        """A child that ends before it knew its device has no PyTorch to speak of."""
        ended = next((event for event in events if isinstance(event, ProcessExited)), None)
        if ended is not None and not self._ready:
            if self._chip.dot is not None:
                self._chip.dot.set_token("problem")
            self._name = _("PyTorch does not start")
            self._tell(ended.reason)

    def _tell(self, *lines: str) -> None:
        self._menu.clear()
        for line in lines:
            self._menu.addAction(line).setEnabled(False)
        self._chip.show_text(self._name, tip="\n".join(lines))
