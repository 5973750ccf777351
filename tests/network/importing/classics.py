"""Networks of the literature as people write them, each with the shape of its images: C × H × W."""

from __future__ import annotations

HEAD = """
import torch
import torch.nn as nn
import torch.nn.functional as F
"""

CLASSICS: dict[str, tuple[str, tuple[int, int, int]]] = {
    "lenet with functions": (
        '''
class LeNet(nn.Module):
    """The net of LeCun et al., 1998, with ReLU."""

    def __init__(self, num_classes: int = 10, p: float = 0.25) -> None:
        super(LeNet, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(in_channels=6, out_channels=16, kernel_size=(5, 5))
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert x.dim() == 4, "give a batch"
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, self.num_flat_features(x))
        x = F.dropout(F.relu(self.fc1(x)), self.p, training=self.training)
        x = F.relu(self.fc2(x))
        return self.fc3(x)

    def num_flat_features(self, x):
        size = x.size()[1:]
        features = 1
        for s in size:
            features *= s
        return features
''',
        (1, 28, 28),
    ),
    "alexnet in two parts": (
        """
class AlexNet(nn.Module):
    def __init__(self, num_classes=1000):
        super().__init__()
        relu = nn.ReLU(inplace=True)
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, 4, 2), relu, nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2), relu, nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), relu,
            nn.Conv2d(384, 256, 3, padding=1), relu,
            nn.Conv2d(256, 256, 3, padding=1), relu, nn.MaxPool2d(3, 2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(*(
            [nn.Dropout(), nn.Linear(256 * 6 * 6, 4096), relu] + [nn.Dropout(), nn.Linear(4096, 4096), relu]
            + [nn.Linear(4096, num_classes)]
        ))

    def forward(self, x):
        x = self.avgpool(self.features(x))
        x = torch.flatten(x, start_dim=1)
        return self.classifier(x)
""",
        (3, 224, 224),
    ),
    "vgg from a list": (
        """
cfg = {
    "VGG11": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "VGG13": [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
}

class VGG(nn.Module):
    def __init__(self, vgg_name="VGG11"):
        super().__init__()
        self.features = self._make_layers(cfg[vgg_name])
        self.classifier = nn.Linear(512, 10)
        self._initialize_weights()

    def forward(self, x):
        out = self.features(x)
        out = out.view(out.size(0), -1)
        out = self.classifier(out)
        return out

    def _make_layers(self, cfg):
        layers = []
        in_channels = 3
        for x in cfg:
            if x == "M":
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                layers += [nn.Conv2d(in_channels, x, kernel_size=3, padding=1),
                           nn.BatchNorm2d(x),
                           nn.ReLU(inplace=True)]
                in_channels = x
        layers += [nn.AvgPool2d(kernel_size=1, stride=1)]
        return nn.Sequential(*layers)

    def _initialize_weights(self):
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)
""",
        (3, 32, 32),
    ),
    "resnet of the cifar kind": (
        """
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_planes, planes, stride=1, downsample=None, norm_layer=None):
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        if planes < 1:
            raise ValueError("no planes")
        self.conv1 = conv3x3(in_planes, planes, stride)
        self.bn1 = norm_layer(planes)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = norm_layer(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


def conv3x3(in_planes: int, out_planes: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=stride, padding=1, bias=False)


class ResNet(nn.Module):
    def __init__(self, block=BasicBlock, layers=(2, 2, 2, 2), num_classes=10):
        super().__init__()
        self.inplanes = 64
        self.conv1 = conv3x3(3, 64)
        self.bn1 = nn.BatchNorm2d(64)
        for i, (planes, blocks) in enumerate(zip((64, 128, 256, 512), layers), start=1):
            setattr(self, f"layer{i}", self._make_layer(block, planes, blocks, 1 if i == 1 else 2))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

    def _make_layer(self, block, planes, blocks, stride):
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, 1, stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        layers = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        layers.extend(block(self.inplanes, planes) for _ in range(1, blocks))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for i in range(1, 5):
            x = getattr(self, "layer%d" % i)(x)
        x = F.adaptive_avg_pool2d(x, 1)
        x = x.reshape(x.shape[0], -1)
        return self.fc(x)

model = ResNet()
""",
        (3, 32, 32),
    ),
    "an inception block": (
        """
class ConvBN(nn.Module):
    def __init__(self, inside, out, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(inside, out, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out, eps=0.001)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Inception(nn.Module):
    def __init__(self, n_in, n1x1, n3x3red, n3x3, n5x5red, n5x5, pool_planes):
        super().__init__()
        self.b1 = ConvBN(n_in, n1x1, kernel_size=1)
        self.b2 = nn.Sequential(ConvBN(n_in, n3x3red, kernel_size=1), ConvBN(n3x3red, n3x3, kernel_size=3, padding=1))
        self.b3 = nn.Sequential(
            ConvBN(n_in, n5x5red, kernel_size=1),
            *[ConvBN(n5x5red if i == 0 else n5x5, n5x5, kernel_size=3, padding=1) for i in range(2)],
        )
        self.b4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), ConvBN(n_in, pool_planes, kernel_size=1))

    def forward(self, x):
        branches = [branch(x) for branch in (self.b1, self.b2, self.b3, self.b4)]
        return torch.cat(branches, dim=1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Inception(3, 8, 8, 16, 4, 8, 8)
        self.b = Inception(n_in=40, n1x1=8, n3x3red=8, n3x3=16, n5x5red=4, n5x5=8, pool_planes=8)
        self.linear = nn.Linear(40, 10)

    def forward(self, x):
        out = self.b(self.a(x))
        out = out.mean([2, 3])
        return self.linear(out)
""",
        (3, 16, 16),
    ),
    "a dense block": (
        """
class DenseLayer(nn.Module):
    def __init__(self, inside, growth):
        super().__init__()
        self.norm = nn.BatchNorm2d(inside)
        self.conv = nn.Conv2d(inside, growth, 3, padding=1, bias=False)

    def forward(self, inputs):
        x = torch.cat(inputs, 1)
        return self.conv(F.relu(self.norm(x)))


class DenseBlock(nn.ModuleDict):
    def __init__(self, layers, inside, growth):
        super().__init__()
        for i in range(layers):
            self.add_module(f"denselayer{i + 1}", DenseLayer(inside + i * growth, growth))

    def forward(self, first):
        features = [first]
        for name, layer in self.items():
            features.append(layer(features))
        return torch.cat(features, 1)


class Transition(nn.Sequential):
    def __init__(self, inside, out):
        super().__init__()
        self.add_module("norm", nn.BatchNorm2d(inside))
        self.add_module("relu", nn.ReLU(inplace=True))
        self.add_module("conv", nn.Conv2d(inside, out, kernel_size=1, bias=False))
        self.add_module("pool", nn.AvgPool2d(2))


class DenseNet(nn.Module):
    def __init__(self, growth=12, config=(3, 4), start=16):
        super().__init__()
        from collections import OrderedDict

        self.features = nn.Sequential(OrderedDict([("conv0", nn.Conv2d(3, start, 3, padding=1, bias=False))]))
        channels = start
        for i, layers in enumerate(config):
            self.features.add_module("denseblock%d" % (i + 1), DenseBlock(layers, channels, growth))
            channels = channels + layers * growth
            if i != len(config) - 1:
                self.features.add_module("transition{}".format(i + 1), Transition(channels, channels // 2))
                channels //= 2
        self.classifier = nn.Linear(channels, 10)

    def forward(self, x):
        out = F.relu(self.features(x), inplace=True)
        out = F.adaptive_avg_pool2d(out, (1, 1)).view(out.size(0), -1)
        return self.classifier(out)
""",
        (3, 16, 16),
    ),
}
