"""What Python does with numbers, lists, names and classes before a network is made: the reader finds the same widths."""

from __future__ import annotations

import pytest

from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.network.importing import read
from tests.network.importing.against_torch import compare, names_of

HEAD = "import copy\nimport torch\nimport torch.nn as nn\n"
PROGRAMS = {
    "is of two texts": "mode = 'wide'\nwidths = [8] if mode is 'wide' else [4]",
    "is of two classes": "kind = nn.ReLU\nwidths = [8] if kind is nn.ReLU else [4]",
    "a set holds each once": "widths = sorted({5, 3, 5}) + [len(set([2, 2, 2]))]",
    "sets are equal in any order": "widths = [8] if {1, 2} == {2, 1} else [4]",
    "sets that grow": "found = {3}\nfound.add(7)\nfound.update([5, 7])\nfound.discard(3)\nwidths = sorted(found)",
    "a generator gives its values once": "some = (w for w in (3, 5))\nwidths = list(some) + list(some) + [7]",
    "map gives its values once": "some = map(abs, [-3])\nwidths = [*some, *some, 2]",
    "zip of one iterator with itself": "flat = iter([1, 2, 3, 4])\nwidths = [a + b for a, b in zip(flat, flat)]",
    "a loop leaves the rest of an iterator": "some = enumerate([3, 5, 7])\nfor _, w in some:\n    break\nwidths = [w for _, w in some]",
    "next takes one": "some = iter([3, 5, 7])\nnext(some)\nwidths = list(some)",
    "a loop sees what is added": "widths = [2]\nfor w in widths:\n    if w < 16:\n        widths.append(w * 2)",
    "sorted downwards in place": "widths = [3, 7, 5]\nwidths.sort(reverse=True)",
    "a shallow copy shares what is inside": "rows = [[3], 5]\nother = copy.copy(rows)\nother[0].append(7)\nwidths = rows[0]",
    "a deep copy shares nothing": "rows = [[3], 5]\nother = copy.deepcopy(rows)\nother[0].append(7)\nwidths = rows[0]",
    "a name set within brackets": "w = 2\nrows = [(w := part) for part in (3, 5)]\nwidths = [w]",
    "a name of brackets alone": "w = 2\nrows = [w for w in (3, 5)]\nwidths = [w]",
    "a number in two places": "found = {f'{i:02d}': i + 3 for i in range(2)}\nwidths = [found['01']]",
    "a test that fails inside try": "k = 3\ntry:\n    assert k > 4\n    w = 8\nexcept AssertionError:\n    w = 4\nwidths = [w]",
    "a range is iterable": "from collections.abc import Iterable\nwidths = [4 if isinstance(range(2), Iterable) else 8]",
    "a class is no tuple": "widths = [4 if isinstance(nn.ReLU, tuple) else 8]",
    "a class seen through two others": (
        "class A:\n    w = 3\nclass B(A):\n    pass\nclass C(A):\n    w = 5\nclass D(B, C):\n    pass\nwidths = [D.w]"
    ),
    "a class that is changed later": "class A:\n    w = 3\nclass B(A):\n    pass\nA.w = 7\nwidths = [B.w, B().w]",
    "a class with its own value stays": "class A:\n    w = 3\nclass B(A):\n    w = 5\nA.w = 7\nwidths = [B.w]",
    "part of a list is replaced by nothing": "widths = [3, 5, 7]\nwidths[1:2] = []",
    "a default that grows": "def grow(w, seen=[]):\n    seen.append(w)\n    return len(seen) + 1\nwidths = [grow(0), grow(0)]",
}  # fmt: skip


def with_net(program: str) -> str:
    """A file in which these widths make a network."""
    return (
        f"{HEAD}{program}\nbefore, layers = 3, []\nfor width in widths:\n"
        "    layers.append(nn.Conv2d(before, width, 1))\n    before = width\nnet = nn.Sequential(*layers)\n"
    )


@pytest.mark.filterwarnings("ignore:.is. with")
@pytest.mark.parametrize("name", PROGRAMS)
def test_widths_are_those_of_python(name: str) -> None:
    text = with_net(PROGRAMS[name])
    found = read(text, (3, 8, 8))
    wanted = names_of(text)["widths"]
    assert [block.out_channels for block in found.network.blocks if isinstance(block, Conv2d)] == wanted


AGAIN = {
    "a default argument": "def make(seen=[]):\n    seen.append(1)\n    return nn.Sequential(*[nn.Conv2d(3, 3, 1) for _ in seen])",
    "a global": (
        "depth = 0\ndef make():\n    global depth\n    depth += 1\n"
        "    return nn.Sequential(*[nn.Conv2d(3, 3, 1) for _ in range(depth)])"
    ),
    "a list of the file": "widths = [4, 8]\ndef make():\n    return nn.Sequential(nn.Conv2d(3, widths.pop(), 1))",
    "a list of a class": (
        "class Net(nn.Module):\n    made = []\n    def __init__(self):\n        super().__init__()\n"
        "        self.made.append(nn.Conv2d(3, 3, 1))\n        self.all = nn.Sequential(*self.made)\n"
        "    def forward(self, x):\n        return self.all(x)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AGAIN)
def test_looking_at_a_network_changes_nothing_for_the_next(name: str) -> None:
    text = HEAD + AGAIN[name]
    if "class" not in text:  # else the lines would be those of one network
        text += "\nclass Part(nn.Module):\n    def __init__(self, width):\n        super().__init__()\n"
    found = read(text)
    names = names_of(text)
    module = (names.get("make") or names["Net"])()
    assert compare(found, module, found.network.blocks[0].output().sizes).verdict == "exact"


def test_a_member_that_is_taken_out_leaves_no_gap() -> None:
    text = HEAD + (
        "parts = nn.ModuleList([nn.Conv2d(3, 3, 1), nn.Conv2d(3, 5, 1), nn.Conv2d(5, 7, 1)])\nparts.pop(0)\n"
        "parts.append(nn.Conv2d(7, 9, 1))\nclass Part:\n    pass\nnet = nn.Sequential(*parts)\n"
    )
    found = read(text, (3, 8, 8))
    assert [b.out_channels for b in found.network.blocks if isinstance(b, Conv2d)] == [5, 7, 9]


def test_copies_of_layers_in_a_list_have_weights_of_their_own() -> None:
    text = HEAD + "one = [nn.Conv2d(3, 3, 1)]\nnet = nn.Sequential(*one, *copy.deepcopy(one))\n"
    found = read(text, (3, 8, 8))
    assert compare(found, names_of(text)["net"], (3, 8, 8)).verdict == "exact"
    assert found.analysis.params == 24


def test_what_is_not_known_of_a_list_is_named_where_it_is_used() -> None:
    text = HEAD + (
        "def layers():\n    found = [nn.Conv2d(3, 3, 1), nn.ReLU()]\n    found.sort(key=id)\n    return found\n"
        "net = nn.Sequential(*layers())\n"
    )
    found = read(text, (3, 8, 8))
    assert any(block.kind() == "Unread" for block in found.network.blocks)
