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


def conv(kernel, inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class Block(nn.Module):
    """skip_scale * skip + alpha * conv2(relu(norm2(conv1(relu(norm1(x))))))"""

    def __init__(self, scheme, inputs, width, stride):
        super().__init__()
        normalized = scheme == "batchnorm"
        self.norm1 = nn.BatchNorm2d(inputs, eps=1e-5) if normalized else nn.Identity()
        self.conv1 = conv(3, inputs, width, stride)
        self.norm2 = nn.BatchNorm2d(width, eps=1e-5) if normalized else nn.Identity()
        self.conv2 = conv(3, width, width)
        # The skip path of a block that changes the shape goes through a projection of the block's first activation.
        self.projection = conv(1, inputs, width, stride) if stride > 1 or inputs != width else None
        self.scale = math.sqrt(0.5) if scheme == "sqrt2" else 1.0
        if scheme in ("skipinit", "rezero", "unnormalized"):
            self.alpha = nn.Parameter(torch.tensor(1.0))
        else:
            self.alpha = 1.0

    def forward(self, x):
        activated = F.relu(self.norm1(x))
        skip = x if self.projection is None else self.projection(activated)
        branch = self.conv2(F.relu(self.norm2(self.conv1(activated))))
        return self.scale * (skip + self.alpha * branch)


class WideResNet(nn.Module):
    """wrn-n-k under a residual scheme: n = 6N + 4 layers; N blocks with 16k, 32k and 64k channels each."""

    def __init__(self, model, scheme, classes):
        super().__init__()
        _, layers, factor = model.split("-")
        blocks_per_stage = (int(layers) - 4) // 6
        widths = [round(float(factor) * width) for width in (16, 32, 64)]
        inputs = min(16, widths[0])
        self.stem = conv(3, 3, inputs)
        self.depth = 3 * blocks_per_stage
        for index in range(self.depth):
            stage, place = divmod(index, blocks_per_stage)
            stride = 2 if stage > 0 and place == 0 else 1
            self.add_module(f"block{index + 1}", Block(scheme, inputs, widths[stage], stride))
            inputs = widths[stage]
        self.norm = nn.BatchNorm2d(inputs, eps=1e-5) if scheme == "batchnorm" else nn.Identity()
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, images):
        x = self.stem(images)
        for index in range(self.depth):
            x = getattr(self, f"block{index + 1}")(x)
        return self.classifier(F.relu(self.norm(x)).mean((2, 3)))


def load(path):
    """The network of a file of respath's, in evaluation mode."""
    metadata = read_header(path)[0]["__metadata__"]
    tensors = read_tensors(path)
    network = WideResNet(metadata["model"], metadata["scheme"], classes=len(tensors["classifier.bias"]))
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
