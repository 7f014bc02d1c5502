"""Measures a pre-activation ResNet at initialisation: python3 measure_profile.py measured.json [seed]"""
import json, sys, torch
from torch import nn

class Block(nn.Module):  # x + Conv(ReLU(BatchNorm(x))), He weights
    def __init__(self, channels):
        super().__init__()
        conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        self.branch = nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU(), conv)
    def forward(self, x):
        return x + self.branch(x)

def resnet(depth, channels):
    stem = nn.Conv2d(3, channels, 3, padding=1, bias=False)
    nn.init.kaiming_normal_(stem.weight, nonlinearity="linear")
    return nn.Sequential(stem, *[Block(channels) for _ in range(depth)])

def measure_profile(network, batch):
    blocks, variance = [], lambda x: x.double().var((0, 2, 3)).mean().item()  # over batch and map; mean over channels
    def hook(block, inputs, output):  # the skip path is the block's input, the branch what the block added to it
        skip, branch = inputs[0], output - inputs[0]
        blocks.append({"block": len(blocks) + 1, "skip": variance(skip), "branch": variance(branch)})
    hooks = [module.register_forward_hook(hook) for module in network.modules() if isinstance(module, Block)]
    with torch.no_grad():
        network.train()(batch)
    for one in hooks:
        one.remove()
    return blocks

if __name__ == "__main__":
    torch.manual_seed(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    measured = measure_profile(resnet(depth=20, channels=64), torch.randn(64, 3, 8, 8))
    with open(sys.argv[1], "w") as file:
        json.dump({"source": "ResNet of 20 blocks", "blocks": measured}, file, indent=1)
