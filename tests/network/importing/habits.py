"""Small networks in the ways and habits of students and engineers, each with the shape of its images: C × H × W."""

from __future__ import annotations

HABITS: dict[str, tuple[str, tuple[int, int, int]]] = {
    "layers added one by one": (
        """
model = nn.Sequential()
model.add_module("conv1", nn.Conv2d(1, 8, 3, padding=1))
model.add_module("act1", nn.ReLU())
model.append(nn.MaxPool2d(2))
model.append(nn.Flatten())
model.add_module("out", nn.Linear(8 * 14 * 14, 10))
""",
        (1, 28, 28),
    ),
    "a list of modules with zip": (
        """
class Net(nn.Module):
    widths = [3, 8, 16]
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList()
        self.norms = nn.ModuleList()
        for a, b in zip(self.widths[:-1], self.widths[1:]):
            self.convs.append(nn.Conv2d(a, b, 3))
            self.norms.append(nn.BatchNorm2d(b))
        self.head = nn.Linear(self.widths[-1], 10)
    def forward(self, x):
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = norm(conv(x))
            if i < len(self.convs) - 1:
                x = F.leaky_relu(x, negative_slope=0.1)
        x = nn.functional.adaptive_max_pool2d(x, 1)
        x = torch.flatten(x, 1)
        return F.log_softmax(self.head(x), dim=-1)
""",
        (3, 12, 12),
    ),
    "a dictionary of modules": (
        """
class Net(nn.Module):
    def __init__(self, activation: str = "lrelu"):
        super().__init__()
        self.activations = nn.ModuleDict({"lrelu": nn.LeakyReLU(0.2), "prelu": nn.PReLU()})
        self.layers = nn.ModuleDict()
        self.layers["first"] = nn.Conv2d(3, 4, 3)
        self.layers["second"] = nn.Conv2d(4, 4, 3)
        self.key = activation
    def forward(self, x):
        for name in ("first", "second"):
            x = self.activations[self.key](self.layers[name](x))
        return x
""",
        (3, 12, 12),
    ),
    "an ordered dictionary": (
        """
from collections import OrderedDict
net = nn.Sequential(OrderedDict([
    ("conv1", nn.Conv2d(1, 20, 5)),
    ("relu1", nn.ReLU()),
    ("conv2", nn.Conv2d(20, 64, 5)),
    ("relu2", nn.ReLU()),
]))
""",
        (1, 28, 28),
    ),
    "multiplied lists and starred arguments": (
        """
def block(inside, out, *more):
    return nn.Sequential(nn.Conv2d(inside, out, 3, padding=1), *more)

acts = [nn.ReLU()] * 2
model = nn.Sequential(*([block(3, 8, nn.BatchNorm2d(8), *acts)] + [block(8, 8, *acts)]), nn.Flatten())
""",
        (3, 8, 8),
    ),
    "inheritance within the file": (
        """
class Base(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.stem = self.make_stem()
        self.head = nn.Linear(width, self.classes)
    classes = 10
    def make_stem(self):
        raise NotImplementedError
    def forward(self, x):
        x = self.stem(x)
        x = self.pool(x).flatten(1)
        return self.head(x)
    def pool(self, x):
        return F.adaptive_avg_pool2d(x, output_size=1)

class Small(Base):
    classes = 5
    def __init__(self, width=8):
        super().__init__(width=width)
    def make_stem(self):
        return nn.Conv2d(3, self.width, 3)
""",
        (3, 12, 12),
    ),
    "partial and lambda": (
        """
from functools import partial
conv = partial(nn.Conv2d, kernel_size=3, padding=1, bias=False)
act = lambda: nn.ReLU(inplace=True)
down = lambda i, o: nn.Sequential(conv(i, o, stride=2), nn.BatchNorm2d(o), act())
model = nn.Sequential(down(3, 8), down(8, 16), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 2))
""",
        (3, 16, 16),
    ),
    "torch functions for joining": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 4, 1)
        self.b = nn.Conv2d(3, 4, 1)
    def forward(self, x):
        a, b = self.a(x), self.b(x)
        s = torch.add(a, b)
        p = torch.mul(a, b)
        t = a.add(s)
        c = torch.concat([s, p, t], axis=1)
        c = torch.nn.functional.relu(c)
        c += c.sigmoid()
        c *= torch.tanh(c)
        return c
""",
        (3, 8, 8),
    ),
    "axes from the end": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 1)
        self.fc = nn.Linear(12, 4)
    def forward(self, x):
        x = self.conv(x)
        x = torch.cat((x, x), dim=-3)
        x = x.permute(0, 2, 3, 1)
        x = F.softmax(self.fc(x), -1)
        x = x.permute(0, -1, 1, 2)
        a, b = x.chunk(2, -3)
        return (a + b).flatten(start_dim=-3, end_dim=-1)
""",
        (3, 8, 8),
    ),
    "a guard and a switch": (
        """
class Net(nn.Module):
    def __init__(self, in_channels=3, n_classes=10, use_bn=True, dropout=0.0, act="relu"):
        super().__init__()
        if not isinstance(n_classes, int):
            raise TypeError("n_classes")
        if isinstance(dropout, float) and dropout > 0:
            self.drop = nn.Dropout(dropout)
        else:
            self.drop = nn.Identity()
        self.bn = nn.BatchNorm2d(8) if use_bn else None
        self.act = {"relu": nn.ReLU(), "gelu": nn.GELU()}[act]
        self.conv = nn.Conv2d(in_channels, 8, 3, bias=not use_bn)
        self.fc = nn.LazyLinear(n_classes) if False else nn.Linear(8 * 10 * 10, n_classes)
    def forward(self, x):
        x = self.conv(x)
        if self.bn is not None:
            x = self.bn(x)
        x = self.drop(self.act(x))
        print(x.shape)
        return self.fc(x.view(x.shape[0], -1))
""",
        (3, 12, 12),
    ),
    "torchvision's conv and norm": (
        """
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation
from torchvision.ops import Conv2dNormActivation as CNA
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Conv2dNormActivation(3, 8, kernel_size=3, stride=2, activation_layer=nn.Hardswish)
        self.se = SqueezeExcitation(8, 2, scale_activation=nn.Hardsigmoid)
        self.more = CNA(8, 16, kernel_size=1, norm_layer=None, activation_layer=None)
    def forward(self, x):
        return self.more(self.se(self.stem(x)))
""",
        (3, 16, 16),
    ),
    "what a notebook leaves behind": (
        """
device = "cuda" if torch.cuda.is_available() else "cpu"

class CNN(nn.Module):
    def __init__(self):
        super(CNN, self).__init__()
        self.layer1 = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=5, stride=1, padding=2),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2))
        self.fc = nn.Linear(14*14*16, 10)

    def forward(self, x):
        out = self.layer1(x)
        out = out.reshape(out.size(0), -1)
        out = self.fc(out)
        return out

model = CNN().to(device)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
""",
        (1, 28, 28),
    ),
    "unflattened sizes": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(3, 8, 3, 1)
        self.c2 = nn.Conv2d(8, 8, 3, 1)
        self.fc1 = nn.Linear(1152, 16)
    def forward(self, x):
        n = x.size(0)
        b, c, h, w = x.shape
        x = F.relu(self.c1(x))
        x = F.relu(self.c2(x))
        x = x.view(b, -1)
        x = self.fc1(x)
        return x.contiguous()
""",
        (3, 16, 16),
    ),
    "lazy layers": (
        """
net = nn.Sequential(
    nn.LazyConv2d(8, kernel_size=3, padding=1), nn.LazyBatchNorm2d(), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)),
    nn.Flatten(), nn.LazyLinear(10),
)
""",
        (3, 12, 12),
    ),
    "a trial run in the constructor": (
        """
class Net(nn.Module):
    def __init__(self, shape=(3, 20, 20)):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(shape[0], 8, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.fc = nn.Linear(self._features(shape), 10)
    def _features(self, shape):
        with torch.no_grad():
            out = F.relu(self.conv(torch.zeros(1, *shape)))
        return out.view(1, -1).size(1)
    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))
""",
        (3, 20, 20),
    ),
}
