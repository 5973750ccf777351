"""Who looks at the same memory: what x += y, relu_() and inplace=True change for every other name of a value."""

from __future__ import annotations

from collections import defaultdict

from cnnbuilder.network.importing.values import PartialOp, TensorValue


class Storage:
    """Values by the memory that they share, as torch's tensors do."""

    def __init__(self) -> None:
        self.stale: dict[TensorValue, TensorValue] = {}
        """Values that changed in a way that no block says, each with what they were changed through."""
        self._now: dict[TensorValue, TensorValue] = {}
        self._bases: dict[TensorValue, tuple[TensorValue, bool]] = {}
        self._views: dict[TensorValue, list[TensorValue]] = defaultdict(list)
        self._copies = 0
        self._halfway: dict[TensorValue, PartialOp] = {}

    def current(self, value: TensorValue) -> TensorValue:
        """What a value is by now."""
        while value in self._now:
            value = self._now[value]
        return value

    def leave_halfway(self, value: TensorValue, step: PartialOp) -> None:
        """The first of two steps in place: x.squeeze_(-1)."""
        self._halfway[self.current(value)] = step

    def halfway_of(self, value: TensorValue) -> TensorValue | PartialOp:
        """What flows, or what a first step in place has made of it."""
        value = self.current(value)
        return self._halfway.get(value, value)

    def forget_halfway(self, value: TensorValue) -> None:
        """The second step follows now."""
        self._halfway.pop(self.current(value), None)

    def look(self, view: TensorValue, base: TensorValue, *, alike: bool) -> None:
        """`view` looks at the memory of `base`; `alike`: in the same order and shape, so that it is the same tensor."""
        self._bases[view] = (base, alike)
        self._views[base].append(view)

    def copy(self, value: TensorValue) -> TensorValue:
        """The same values in memory of their own."""
        self._copies += 1
        return self.current(value)._replace(copy=self._copies)

    def change(self, before: TensorValue, after: TensorValue) -> None:
        """`before` becomes `after` in place."""
        before = self.current(before)
        if before == after:
            return
        self._halfway.pop(before, None)
        affected, waiting = {before: True}, [before]
        while waiting:
            here = waiting.pop()
            near = [(view, self._bases[view][1]) for view in self._views[here]]
            if here in self._bases:
                near.append(self._bases[here])
            for other, alike in near:
                # Two pieces of one split share no memory.
                apart = other.block == before.block and other.output != before.output
                if other not in affected and other != after and not apart:
                    affected[other] = affected[here] and alike
                    waiting.append(other)
        for other, alike in affected.items():
            if alike:
                self._now[other] = after
            else:
                self.stale[other] = after
