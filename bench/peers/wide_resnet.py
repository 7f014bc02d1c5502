"""respath's Wide-ResNet in PyTorch: src/train/network/network.ts layer by layer.

The same padding (one zero on every side of a 3x3 convolution), the same projection (a 1x1 convolution of the block's
first activation), the same stem (16 channels, or 16k if that is less), no convolution biases, He weights for the
convolutions and LeCun's for the classifier, and the schemes of the trainer: batchnorm, skipinit, rezero, sqrt2,
unnormalized. `respath_parameters` gives the parameters under respath's names and in respath's order.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

SCHEMES = ("batchnorm", "skipinit", "rezero", "sqrt2", "unnormalized")


def conv(kernel, inputs, outputs, stride=1):
    layer = nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, bias=False)
    nn.init.normal_(layer.weight, std=math.sqrt(2 / (kernel * kernel * inputs)))
    return layer


class Activation(nn.Module):
    """[BatchNorm, then] ReLU."""

    def __init__(self, scheme, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, eps=1e-5, momentum=0.1) if scheme == "batchnorm" else None

    def forward(self, x):
        return F.relu(x if self.norm is None else self.norm(x), inplace=self.norm is not None)

    def named(self, name):
        if self.norm is not None:
            yield f"{name}.gamma", self.norm.weight
            yield f"{name}.beta", self.norm.bias


class Block(nn.Module):
    def __init__(self, scheme, depth, inputs, width, stride):
        super().__init__()
        self.first = Activation(scheme, inputs)
        self.conv1 = conv(3, inputs, width, stride)
        self.second = Activation(scheme, width)
        self.conv2 = conv(3, width, width)
        changes = stride > 1 or inputs != width
        self.projection = conv(1, inputs, width, stride) if changes else None
        start = {"skipinit": 1 / math.sqrt(depth), "rezero": 0.0, "unnormalized": 1.0}.get(scheme)
        self.alpha = None if start is None else nn.Parameter(torch.tensor(start))
        self.scale = math.sqrt(0.5) if scheme == "sqrt2" else None

    def forward(self, x):
        activated = self.first(x)
        skip = x if self.projection is None else self.projection(activated)
        branch = self.conv2(self.second(self.conv1(activated)))
        if self.alpha is not None:
            return torch.addcmul(skip, branch, self.alpha)
        return skip + branch if self.scale is None else (skip + branch) * self.scale

    def named(self, name):
        yield from self.first.named(f"{name}.activation1")
        yield f"{name}.conv1", self.conv1.weight
        yield from self.second.named(f"{name}.activation2")
        yield f"{name}.conv2", self.conv2.weight
        if self.projection is not None:
            yield f"{name}.projection", self.projection.weight
        if self.alpha is not None:
            yield f"{name}.alpha", self.alpha


class WideResNet(nn.Module):
    """`model` is wrn-n-k: n = 6N + 4 weight layers, 16k, 32k and 64k channels; k may be a fraction."""

    def __init__(self, model, scheme, classes=10):
        super().__init__()
        if scheme not in SCHEMES:
            raise ValueError(f"scheme must be one of {', '.join(SCHEMES)}, not {scheme}")
        _, layers, factor = model.split("-")
        blocks_per_stage, rest = divmod(int(layers) - 4, 6)
        if rest or blocks_per_stage < 1:
            raise ValueError(f"model must have 6N + 4 layers, not {layers}")
        widths = [round(float(factor) * width) for width in (16, 32, 64)]
        entering = min(16, widths[0])
        self.stem = conv(3, 3, entering)
        blocks = []
        for stage, width in enumerate(widths):
            for index in range(blocks_per_stage):
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(Block(scheme, 3 * blocks_per_stage, entering, width, stride))
                entering = width
        self.blocks = nn.ModuleList(blocks)
        self.last = Activation(scheme, entering)
        self.classifier = nn.Linear(entering, classes)
        nn.init.normal_(self.classifier.weight, std=math.sqrt(1 / entering))
        nn.init.zeros_(self.classifier.bias)

    def forward(self, images):
        x = self.stem(images)
        for block in self.blocks:
            x = block(x)
        return self.classifier(self.last(x).mean((2, 3)))

    def respath_parameters(self):
        """(name, parameter) in respath's order."""
        yield "stem", self.stem.weight
        for index, block in enumerate(self.blocks, 1):
            yield from block.named(f"block{index}")
        yield from self.last.named("last")
        yield "classifier.weights", self.classifier.weight
        yield "classifier.bias", self.classifier.bias

    def decay_groups(self, decay):
        """SGD's groups: L2 on the weights of convolutions and of the classifier only, as respath has it."""
        weights = [p for _, p in self.respath_parameters() if p.dim() > 1]
        others = [p for _, p in self.respath_parameters() if p.dim() <= 1]
        return [
            {"params": weights, "weight_decay": decay},
            {"params": others, "weight_decay": 0},
        ]


def to_respath(tensor):
    """A weight or its gradient in respath's layout: [k, k, in, out], dense [in, out]."""
    if tensor.dim() == 4:
        return tensor.permute(2, 3, 1, 0)
    return tensor.t() if tensor.dim() == 2 else tensor


def from_respath(tensor):
    """The reverse of `to_respath`."""
    if tensor.dim() == 4:
        return tensor.permute(3, 2, 0, 1)
    return tensor.t() if tensor.dim() == 2 else tensor
