"""Later building pieces of the literature as people write them, each with the shape of its images: C × H × W."""

from __future__ import annotations

MODERNS: dict[str, tuple[str, tuple[int, int, int]]] = {
    "inverted residuals": (
        """
from functools import partial
from typing import Optional, List, Callable

def _make_divisible(v: float, divisor: int, min_value: Optional[int] = None) -> int:
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v

class ConvBNReLU(nn.Sequential):
    def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1, norm_layer=None):
        padding = (kernel_size - 1) // 2
        norm_layer = norm_layer or nn.BatchNorm2d
        super().__init__(
            nn.Conv2d(in_planes, out_planes, kernel_size, stride, padding, groups=groups, bias=False),
            norm_layer(out_planes),
            nn.ReLU6(inplace=True),
        )

class InvertedResidual(nn.Module):
    def __init__(self, inp: int, oup: int, stride: int, expand_ratio: int, norm_layer: Callable) -> None:
        super().__init__()
        self.stride = stride
        assert stride in [1, 2]
        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = self.stride == 1 and inp == oup
        layers: List[nn.Module] = []
        if expand_ratio != 1:
            layers.append(ConvBNReLU(inp, hidden_dim, kernel_size=1, norm_layer=norm_layer))
        layers.extend([
            ConvBNReLU(hidden_dim, hidden_dim, stride=stride, groups=hidden_dim, norm_layer=norm_layer),
            nn.Conv2d(hidden_dim, oup, 1, 1, 0, bias=False),
            norm_layer(oup),
        ])
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        if self.use_res_connect:
            return x + self.conv(x)
        else:
            return self.conv(x)

class MobileNet(nn.Module):
    def __init__(self, width_mult=0.5, settings=None):
        super().__init__()
        norm_layer = partial(nn.BatchNorm2d, eps=1e-3, momentum=0.01)
        if settings is None:
            settings = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 2, 1]]
        if len(settings) == 0 or len(settings[0]) != 4:
            raise ValueError("settings should not be empty")
        inp = _make_divisible(32 * width_mult, 8)
        features = [ConvBNReLU(3, inp, stride=2, norm_layer=norm_layer)]
        for t, c, n, s in settings:
            oup = _make_divisible(c * width_mult, 8)
            for i in range(n):
                stride = s if i == 0 else 1
                features.append(InvertedResidual(inp, oup, stride, expand_ratio=t, norm_layer=norm_layer))
                inp = oup
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(p=0.2), nn.Linear(inp, 10))

    def forward(self, x):
        x = self.features(x)
        x = x.mean((-2, -1))
        return self.classifier(x)

net = MobileNet()
""",
        (3, 32, 32),
    ),
    "squeeze and excitation": (
        """
class SE(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // reduction, 1)
        self.fc2 = nn.Conv2d(channels // reduction, channels, 1)

    def _scale(self, x):
        s = F.adaptive_avg_pool2d(x, 1)
        s = F.silu(self.fc1(s), inplace=True)
        return torch.sigmoid(self.fc2(s))

    def forward(self, x):
        scale = self._scale(x)
        return scale * x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding="same")
        self.se = SE(16)
        self.se2 = SE(reduction=2, channels=16)

    def forward(self, x):
        x = self.se(self.stem(x))
        return torch.mul(x, self.se2._scale(x)).mean(dim=(2, 3), keepdim=True).flatten(1)
""",
        (3, 16, 16),
    ),
    "a shuffle unit": (
        """
def channel_shuffle(x, groups: int):
    batchsize, num_channels, height, width = x.size()
    channels_per_group = num_channels // groups
    # reshape
    x = x.view(batchsize, groups, channels_per_group, height, width)
    x = torch.transpose(x, 1, 2).contiguous()
    # flatten
    x = x.view(batchsize, num_channels, height, width)
    return x


class Unit(nn.Module):
    def __init__(self, channels):
        super().__init__()
        half = channels // 2
        self.branch = nn.Sequential(
            nn.Conv2d(half, half, 1, bias=False), nn.BatchNorm2d(half), nn.ReLU(inplace=True),
            self.depthwise_conv(half, half, 3, 1, padding=1), nn.BatchNorm2d(half),
        )

    @staticmethod
    def depthwise_conv(i, o, kernel_size, stride=1, padding=0, bias=False):
        return nn.Conv2d(i, o, kernel_size, stride, padding, bias=bias, groups=i)

    def forward(self, x):
        x1, x2 = x.chunk(2, dim=1)
        out = torch.cat((x1, self.branch(x2)), dim=1)
        return channel_shuffle(out, 2)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.units = nn.ModuleList([Unit(16) for _ in range(3)])

    def forward(self, x):
        x = self.stem(x)
        for unit in self.units:
            x = unit(x)
        return x
""",
        (3, 16, 16),
    ),
}
