"""respath's weights in PyTorch: python3 load_weights.py weights.safetensors [images.bin side logits.bin]

Without further arguments, prints what the file holds and the SHA-256 that run.json has as `weightsSha256`. With them,
reads images (float32, little-endian, [images, side, side, 3]) and writes the network's logits for them.

Needs PyTorch alone; the package `safetensors` is used if it is there.
"""
import hashlib
import json
import math
import struct
import sys

import torch
from torch import nn
from torch.nn import functional as F


def read_header(path):
    """The header of a safetensors file, and where its data begin."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(length)), 8 + length


def read_tensors(path):
    """Name -> float32 tensor."""
    try:
        from safetensors.torch import load_file

        return load_file(path)
    except ImportError:
        header, start = read_header(path)
        header.pop("__metadata__", None)
        with open(path, "rb") as file:
            data = bytearray(file.read()[start:])
        return {name: tensor_of(data, **entry) for name, entry in header.items()}


def tensor_of(data, dtype, shape, data_offsets):
    if dtype != "F32":
        raise ValueError(f"only F32 is read, not {dtype}")
    begin, end = data_offsets
    return torch.frombuffer(data, dtype=torch.float32, count=(end - begin) // 4, offset=begin).reshape(shape).clone()


def sha256(path):
    """Of the file without its metadata: run.json's weightsSha256."""
    header, start = read_header(path)
    header.pop("__metadata__", None)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "rb") as file:
        data = file.read()[start:]
    return hashlib.sha256(struct.pack("<Q", len(text)) + text + data).hexdigest()


def wide_resnet(name):
    _, layers, factor = name.split("-")
    widths = [round(float(factor) * width) for width in (16, 32, 64)]
    stages = [{"blocks": (int(layers) - 4) // 6, "width": width, "stride": 2} for width in widths]
    return {"stem": {"width": min(16, widths[0])}, "stages": [{**stages[0], "stride": 1}, *stages[1:]]}


def fully_connected(name):
    _, blocks, width, layers = (name + "-1").split("-")[:4]
    stage = {"blocks": int(blocks), "width": int(width), "layers": [{}] * int(layers)}
    return {"input": "features", "stem": {"width": int(width)}, "stages": [stage]}


def resnet_50():
    def stage(blocks, width, stride):
        layers = [{"kernel": 1, "width": width}, {"width": width}, {"kernel": 1}]
        return {"blocks": blocks, "width": 4 * width, "stride": stride, "layers": layers}

    stages = [stage(3, 64, 1), stage(4, 128, 2), stage(6, 256, 2), stage(3, 512, 2)]
    return {"stem": {"width": 64, "kernel": 7, "stride": 2, "pooling": 2}, "stages": stages}


def description(metadata):
    """Of the file's model, as in docs/models.md."""
    name = metadata["model"]
    if "stack" in metadata:
        return json.loads(metadata["stack"])
    if name == "resnet-50-v2":
        return resnet_50()
    return fully_connected(name) if name.startswith("fc-") else wide_resnet(name)


def layers_of(stage, kernel):
    """(kernel, channels, stride) of the weight layers of a stage's first block."""
    written = stage.get("layers", [{}] * (2 if kernel > 1 else 1))
    layers = [[one.get("kernel", kernel), one.get("width", stage["width"]), one.get("stride", 1)] for one in written]
    taker = next((one for one in layers if one[0] > 1), layers[0])
    taker[2] *= stage.get("stride", 1)
    return layers


class Design:
    """How a file's network is built under its scheme, from the file's metadata (docs/training.md, "Schemes")."""

    def __init__(self, metadata):
        self.metadata = metadata
        self.on_features = description(metadata).get("input") == "features"
        self.act = F.relu if metadata.get("activation", "relu") == "relu" else nn.Identity()
        self.gain = math.sqrt(2 / (1 - 1 / math.pi)) if self.act is F.relu else 1.0
        scheme = metadata["scheme"]
        by_name = {"batchnorm": "batch", "layernorm": "layer", "groupnorm": "group"}
        self.position = metadata.get("norm_position", "each" if scheme in by_name else None)
        self.normalizer = by_name.get(scheme, "batch")
        self.fixup = metadata.get("fixup", "none").split(",")
        is_fixed = metadata.get("alpha_fixed") == "true"
        self.learns_scale = "3" in self.fixup or (scheme in ("skipinit", "rezero", "unnormalized") and not is_fixed)
        self.scales_channels = scheme == "layerscale" and not is_fixed
        self.standardizes = scheme == "nfnet"
        self.biases = metadata.get("conv_biases") == "true"
        self.dropout = float(metadata.get("dropout", 0))

    def constant(self, name, block):
        """Of block 1, 2, ...: one number for all of them, or one for each; 1 if the file has none."""
        values = self.metadata.get(name, "1").split(",")
        return float(values[block - 1 if len(values) > 1 else 0])

    def norm(self, channels):
        if self.normalizer == "batch":
            return (nn.BatchNorm1d if self.on_features else nn.BatchNorm2d)(channels, eps=1e-5)
        groups = 1 if self.normalizer == "layer" else int(self.metadata["norm_groups"])
        return nn.GroupNorm(groups, channels, eps=1e-5)

    def norm_at(self, positions, channels):
        return self.norm(channels) if self.position in positions else nn.Identity()

    def conv(self, kernel, inputs, outputs, stride=1, factor=1.0):
        """A convolution, or on features a dense layer."""
        if self.on_features:
            if self.standardizes:
                return StandardizedLinear(inputs, outputs, self.biases, factor)
            return nn.Linear(inputs, outputs, bias=self.biases)
        if self.standardizes:
            return StandardizedConv(kernel, inputs, outputs, stride, self.biases, factor)
        return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=self.biases)

    def activation(self, norm, name):
        return Activation(self.act, norm, name if "4" in self.fixup else None)


def standardized(weight, scale):
    """Scaled weight standardisation: scale * (W - mean) / sqrt(fan-in * variance + 1e-4), by output channel."""
    rows = weight.flatten(1)
    centred = rows - rows.mean(1, keepdim=True)
    factors = scale / (centred.square().sum(1) + 1e-4).sqrt()
    return (factors[:, None] * centred).reshape(weight.shape)


class StandardizedConv(nn.Conv2d):
    def __init__(self, kernel, inputs, outputs, stride, bias, factor):
        super().__init__(inputs, outputs, kernel, stride, kernel // 2, bias=bias)
        self.gain = nn.Parameter(torch.ones(outputs))
        self.factor = factor

    def forward(self, x):
        weight = standardized(self.weight, self.factor * self.gain)
        return F.conv2d(x, weight, self.bias, self.stride, self.padding)


class StandardizedLinear(nn.Linear):
    def __init__(self, inputs, outputs, bias, factor):
        super().__init__(inputs, outputs, bias=bias)
        self.gain = nn.Parameter(torch.ones(outputs))
        self.factor = factor

    def forward(self, x):
        return F.linear(x, standardized(self.weight, self.factor * self.gain), self.bias)


class Activation:
    """act(norm(x)), between the two scalar biases of a module's (Fixup) if they have a name. Not a module itself."""

    def __init__(self, act, norm, name):
        self.act, self.norm, self.name = act, norm, name

    def parameters(self):
        return {} if self.name is None else {self.name + end: nn.Parameter(torch.zeros(())) for end in "ab"}

    def __call__(self, module, x):
        if self.name is None:
            return self.act(self.norm(x))
        return self.act(x + getattr(module, self.name + "a")) + getattr(module, self.name + "b")


def register(module, parameters):
    for name, parameter in parameters.items():
        module.register_parameter(name, parameter)


class Block(nn.Module):
    """merge_norm(skip_scale * skip + alpha * branch), branch = branch_norm(...conv2(act2(conv1(act1(x)))))"""

    def __init__(self, design, number, inputs, layers):
        super().__init__()
        first = design.gain / design.constant("input_deviation", number)
        self.activations = []
        entering, stride = inputs, 1
        for index, (kernel, width, layer_stride) in enumerate(layers, 1):
            norm = design.norm_at(("each", "first") if index == 1 else ("each",), entering)
            factor = first if index == 1 else design.gain
            self.add_module(f"norm{index}", norm)
            self.add_module(f"conv{index}", design.conv(kernel, entering, width, layer_stride, factor))
            self.activations.append(design.activation(norm, f"bias{index}"))
            register(self, self.activations[-1].parameters())
            entering, stride = width, stride * layer_stride
        self.branchNorm = design.norm_at(("last",), width)
        self.mergeNorm = design.norm_at(("merge",), width)
        # The skip path of a block that changes the shape goes through a projection of the block's first activation.
        changes = stride > 1 or inputs != width
        self.projection = design.conv(1, inputs, width, stride, factor=first) if changes else None
        self.skip_scale = design.constant("skip_scale", number)
        if design.learns_scale:
            self.alpha = nn.Parameter(torch.ones(()))
        elif design.scales_channels:
            self.alpha = nn.Parameter(torch.ones(width))
        else:
            self.alpha = torch.tensor(design.constant("branch_scale", number))

    def forward(self, x):
        activated = self.activations[0](self, x)
        skip = x if self.projection is None else self.projection(activated)
        branch = self.conv1(activated)
        for index, activate in enumerate(self.activations[1:], 2):
            branch = getattr(self, f"conv{index}")(activate(self, branch))
        alpha = self.alpha.reshape(-1, 1, 1) if x.dim() == 4 else self.alpha
        return self.mergeNorm(self.skip_scale * skip + alpha * self.branchNorm(branch))


class Head(nn.Module):
    """Fixup's biases before the classifier."""

    def __init__(self, design, norm):
        super().__init__()
        self.activate = design.activation(norm, "bias1")
        register(self, self.activate.parameters())

    def forward(self, x):
        return self.activate(self, x)


class ResidualNetwork(nn.Module):
    """A model under a residual scheme.

    For evaluation: training under `stochastic-depth` would drop branches, which this does not.
    """

    def __init__(self, metadata, features, classes):
        super().__init__()
        design = Design(metadata)
        stack = description(metadata)
        kernel = 1 if design.on_features else 3
        stem = stack["stem"]
        inputs = stem["width"]
        self.on_features = design.on_features
        self.stem = design.conv(stem.get("kernel", kernel), features, inputs, stem.get("stride", 1))
        self.pool = nn.MaxPool2d(3, 2, 1) if stem.get("pooling", 1) > 1 else nn.Identity()
        self.depth = 0
        for stage in stack["stages"]:
            layers = layers_of(stage, kernel)
            for _ in range(stage["blocks"]):
                self.depth += 1
                self.add_module(f"block{self.depth}", Block(design, self.depth, inputs, layers))
                layers = [(kernel, width, 1) for kernel, width, _ in layers]
                inputs = stage["width"]
        self.norm = design.norm_at(("each", "first"), inputs)
        self.head = Head(design, self.norm)
        self.dropout = nn.Dropout(design.dropout)
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, images):
        # Features are the numbers of an image row by row, with the channels of a pixel together.
        x = self.pool(self.stem(images.permute(0, 2, 3, 1).flatten(1) if self.on_features else images))
        for index in range(self.depth):
            x = getattr(self, f"block{index + 1}")(x)
        x = self.head(x)
        return self.classifier(self.dropout(x if self.on_features else x.mean((2, 3))))


def load(path):
    """The network of a file of respath's, in evaluation mode."""
    metadata = read_header(path)[0]["__metadata__"]
    tensors = read_tensors(path)
    features = tensors["stem.weight"].shape[1]
    network = ResidualNetwork(metadata, features, classes=len(tensors["classifier.bias"]))
    # All but the counter of batches, which PyTorch's BatchNorm keeps and evaluation does not use.
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"{path} lacks {missing} and has {unexpected} besides")
    return network.eval()


def main():
    path = sys.argv[1]
    if len(sys.argv) == 2:
        header, _ = read_header(path)
        print(json.dumps(header.pop("__metadata__", {})))
        for name, entry in header.items():
            print(name, entry["shape"])
        print("sha256", sha256(path))
        return
    images, side, out = sys.argv[2:]
    with open(images, "rb") as file:
        pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    batch = pixels.reshape(-1, int(side), int(side), 3).permute(0, 3, 1, 2)
    with torch.no_grad():
        logits = load(path)(batch.contiguous())
    with open(out, "wb") as file:
        file.write(logits.contiguous().numpy().tobytes())


if __name__ == "__main__":
    main()
