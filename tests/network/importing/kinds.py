"""Small networks of the kinds that public code holds: `EXACT` computes what torch does, `NAMED` says what is not read."""

from __future__ import annotations


def net(init: str, forward: str, before: str = "") -> str:
    """A file with one network of these lines."""

    def indented(text: str) -> str:
        return "\n".join(f"        {line}" for line in text.splitlines())

    return (
        "import math\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
        f"{before}\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"{indented(init)}\n    def forward(self, x):\n{indented(forward)}\n"
    )


TWO = "self.a = nn.Conv2d(3, 4, 3, padding=1)\nself.b = nn.Conv2d(4, 4, 1)"
EXACT = {
    "relu in place seen by a later branch": net(TWO, "x = self.a(x)\ny = F.relu(x, inplace=True)\nreturn self.b(x) + y"),
    "relu_ seen by an earlier name": net(TWO, "x = self.a(x)\ny = x\nx.relu_()\nreturn self.b(y) * x"),
    "relu in place after a use": net(TWO, "x = self.a(x)\ny = self.b(x)\nF.relu_(x)\nreturn x + y"),
    "a clone is not changed": net(TWO, "x = self.a(x)\ny = x.clone()\nx.relu_()\nreturn self.b(y) + x"),
    "identity is the same tensor": net(
        TWO + "\nself.i = nn.Identity()", "x = self.a(x)\ny = self.i(x)\ny += self.b(x)\nreturn torch.cat([x, y], 1)"
    ),
    "a sum that makes a new value": net(TWO, "x = self.a(x)\ny = x\nx = x + self.b(x)\nreturn torch.cat([x, y], 1)"),
    "times in place": net(TWO, "x = self.a(x)\nkeep = [x]\nx *= 0.5\nreturn keep[0] + self.b(x)"),
    "add_ and mul_": net(TWO, "x = self.a(x)\nx.add_(self.b(x)).mul_(2.0)\nreturn x"),
    "stride set later": net(TWO + "\nself.a.stride = (2, 2)", "return self.b(self.a(x))"),
    "bias taken away": net(TWO + "\nself.b.bias = None", "return self.b(self.a(x))"),
    "a loop over modules": net(
        TWO + "\nfor m in self.modules():\n    if isinstance(m, nn.Conv2d):\n        m.padding = (2, 2)",
        "return self.b(self.a(x))",
    ),
    "apply with a function that sets": net(
        TWO + "\nself.n = nn.BatchNorm2d(4)\nself.apply(loosen)",
        "return self.n(self.b(self.a(x)))",
        "def loosen(m):\n    if isinstance(m, nn.BatchNorm2d):\n        m.eps = 0.1",
    ),
    "a default argument is made once": net(
        "self.c = nn.Sequential(*grow(3), nn.Conv2d(widths[0], 2, 1))",
        "return self.c(x)",
        "widths = [4]\ndef grow(n, w=widths[0]):\n    return [nn.Conv2d(n, w, 1)]\n",
    ),
    "nonlocal in a loop": net(
        "n = 3\ndef block():\n    nonlocal n\n    made = nn.Conv2d(n, n + 1, 1)\n    n += 1\n    return made\n"
        "self.c = nn.Sequential(block(), block())",
        "return self.c(x)",
    ),
    "layers by setattr and getattr": net(
        "for i in range(2):\n    setattr(self, f'c{i}', nn.Conv2d(3, 3, 1))",
        "for i in range(2):\n    x = getattr(self, f'c{i}')(x)\nreturn x",
    ),
    "dunders": net(
        "self.__setattr__('c', nn.Conv2d(3, 3, 1))", "return self.__getattr__('c')(x)"
    ),
    "type of a number": net(
        "k = 3\nif type(k) == int:\n    k = (k, k)\nself.c = nn.Conv2d(3, 4, k)", "return self.c(x)"
    ),
    "a deleted layer": net(TWO + "\nself.c = nn.Linear(3, 3)\ndel self.c", "return self.b(self.a(x))"),
    "a dataclass": net(
        "c = Row(width=4)\nself.c = nn.Conv2d(3, c.width, c.kernel)",
        "return self.c(x)",
        "from dataclasses import dataclass\n@dataclass\nclass Row:\n    width: int\n    kernel: int = 3\n",
    ),
    "sizes with Ellipsis": net(TWO, "x = self.a(x)\nreturn self.b(x[..., 1:-1])"),
    "split by a number": net(
        "self.a = nn.Conv2d(3, 6, 1)\nself.b = nn.Conv2d(2, 2, 1)",
        "p, q, r = torch.split(self.a(x), 2, dim=1)\nreturn torch.cat((self.b(p), q + r), 1)",
    ),
    "clamp": net(TWO, "return torch.clamp(self.b(self.a(x)), 0, 1) + self.a(x).clamp(min=0)"),
    "zeros beside channels": net(
        TWO, "x = self.b(self.a(x))\nz = torch.zeros(x.size(0), 2, x.size(2), x.size(3))\nreturn torch.cat((x, z), dim=1)"
    ),
    "gate of channels by expand_as": net(
        "self.a = nn.Conv2d(3, 4, 1)\nself.f = nn.Linear(4, 4)",
        "x = self.a(x)\ny = self.f(x.mean((2, 3)))\nreturn x * y.unsqueeze(2).unsqueeze(3).expand_as(x)",
    ),
    "a learned factor": net(
        "self.a = nn.Conv2d(3, 4, 1)\nself.g = nn.Parameter(0.5 * torch.ones(4, 1, 1))", "return x[:, :1] + self.g * self.a(x)"
    ),
    "padding below zero": net(
        "self.p = nn.ZeroPad2d((-1, 0, -1, 0))\nself.a = nn.Conv2d(3, 4, 1)", "return self.a(self.p(x))"
    ),
    "mean of one axis laid out": net(TWO, "x = self.b(self.a(x))\nreturn x.view(x.size(0), x.size(1), -1).mean(2)"),
    "a test of sizes": net(
        TWO + "\nself.pool = nn.MaxPool2d(2)",
        "x = self.a(x)\nwhile x.size(-1) > 4:\n    x = self.pool(x)\nreturn self.b(x)",
    ),
    "a function of the parent": net(
        "self.c = Own(3, 4, 3)",
        "return self.c(x)",
        "class Own(nn.Conv2d):\n    def forward(self, x):\n"
        "        return F.conv2d(x, self.weight, self.bias, self.stride, 2, self.dilation, self.groups)\n",
    ),
    "a layer used three times": net(TWO, "x = self.a(x)\nreturn self.b(self.b(self.b(x)))"),
    "match": net(
        "match 'wide':\n    case 'narrow':\n        n = 2\n    case 'wide' | 'large':\n        n = 6\nself.c = nn.Conv2d(3, n, 1)",
        "return self.c(x)",
    ),
}  # fmt: skip
"""Each takes images of 3 × 8 × 8."""

UNKNOWN = "import os\nflag = os.environ.get('FLAG')"
NAMED = {
    "a branch in the construction": (
        net("self.a = nn.Conv2d(3, 3, 1)\nif flag:\n    self.a.stride = (2, 2)", "return self.a(x)", UNKNOWN),
        "which way this goes is not known",
    ),
    "add_module in a branch": (
        net("self.s = nn.Sequential(nn.Conv2d(3, 3, 1))\nif flag:\n    self.s.add_module('r', nn.ReLU())", "return self.s(x)", UNKNOWN),
        "which way this goes is not known",
    ),
    "setattr in a loop": (
        net("self.a = nn.Conv2d(3, 3, 1)\nfor n in names:\n    setattr(self, n, nn.ReLU())", "return self.a(x)", "from names import names"),
        "what this goes through is not known",
    ),
    "a width that hangs on the machine": (
        net("self.a = nn.Conv2d(3, width, 1)", "return self.a(x)", f"{UNKNOWN}\nwidth = 3\nif flag:\n    width = 8"),
        "out_channels",
    ),
    "weights of another layer": (
        net("self.a = nn.Conv2d(3, 3, 1)\nself.b = nn.Conv2d(3, 3, 1)\nself.b.weight = self.a.weight", "return self.b(self.a(x))"),
        "its weight is another layer's",
    ),
    "a masked weight": (
        net("self.a = Masked(3, 3, 1)", "return self.a(x)", "class Masked(nn.Conv2d):\n    def forward(self, x):\n        return F.conv2d(x, self.weight.abs(), self.bias)\n"),
        "the weights of F.conv2d are no layer's",
    ),
    "where it is computed": (
        net("self.a = nn.Conv2d(3, 3, 1)", "if x.is_cuda:\n    x = F.relu(x)\nreturn self.a(x)"),
        "which way this goes is not known",
    ),
    "part of what flows is set": (
        net("self.a = nn.Conv2d(3, 3, 1)", "x = self.a(x)\nx[:, 0] = 0\nreturn x"),
        "changed in parts",
    ),
    "a view changed in place": (
        net("self.a = nn.Conv2d(3, 4, 1)", "x = self.a(x)\ny = x.flatten(1)\ny.relu_()\nreturn x"),
        "changed in place through something else",
    ),
    "another library's Conv2d": (
        net("self.a = Conv2d(3, 3, 1)", "return self.a(x)", "from layers import Conv2d"),
        "there is no block for Conv2d",
    ),
    "a forward that is put on": (
        net("self.a = nn.Conv2d(3, 3, 1)\nself.a.forward = lambda x: x", "return self.a(x)"),
        "its forward is replaced",
    ),
    "dropout at all times": (
        net("self.a = nn.Conv2d(3, 3, 1)", "return F.dropout(self.a(x), 0.2)"),
        "drops in evaluation too",
    ),
    "a head for training": (
        net("self.a = nn.Conv2d(3, 3, 1)\nself.aux = nn.Conv2d(3, 9, 1)", "x = self.a(x)\nif self.training:\n    return x, self.aux(x)\nreturn x"),
        "left out: aux, 36 parameters, used only in training",
    ),
}  # fmt: skip
