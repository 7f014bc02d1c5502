"""The peer of bench/train.ts: PyTorch's training step on the CPU, as the driver asks for it.

    python3 bench/peers/train_torch.py --model wrn-16-1 --scheme batchnorm --batch 128 --threads 1

Starts up (two steps that are not counted), prints a line of JSON, and then answers each line `N` on its standard input
with a line of JSON: the seconds of N steps. `sgemm` instead of a number measures a matrix product of 1024×1024 floats.

What is done for PyTorch: the memory layout (contiguous or channels_last) that is faster for this network here, tried
at the start unless --layout names one; ReLU in place after BatchNorm; the scaled addition as one addcmul; gradients
set to None; the foreach form of SGD tried against the plain one; images and labels as tensors from the start. A step
is forward, backward and update as in respath: SGD with momentum 0.9, L2 5e-4 on weights, and the loss read back.
"""
import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--scheme", required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--image-size", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--layout", choices=["contiguous", "channels_last"])
    parser.add_argument("--optimizer", choices=["single", "foreach"])
    parser.add_argument("--trial", action="store_true", help="time five steps, print the least seconds and end")
    return parser.parse_args()


options = parse()
# Read when the libraries start; OpenBLAS has threads of its own beside OpenMP's.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(options.threads)


def trial(layout, optimizer):
    """Seconds a step in a process of its own, so that the peak memory of this one is that of the layout it uses."""
    arguments = [sys.executable, *sys.argv, "--layout", layout, "--optimizer", optimizer, "--trial"]
    return float(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


trials = {}
if options.layout is None:
    for layout in ("contiguous", "channels_last"):
        trials[layout] = trial(layout, options.optimizer or "single")
    options.layout = min(trials, key=trials.get)
if options.optimizer is None:
    foreach = trial(options.layout, "foreach")
    plain = trials.get(options.layout) or trial(options.layout, "single")
    options.optimizer = "foreach" if foreach < plain else "single"

import torch  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

from wide_resnet import WideResNet  # noqa: E402

torch.set_num_threads(options.threads)
torch.manual_seed(0)
memory_format = torch.channels_last if options.layout == "channels_last" else torch.contiguous_format
network = WideResNet(options.model, options.scheme).train().to(memory_format=memory_format)
optimizer = torch.optim.SGD(
    network.decay_groups(5e-4), lr=0.01, momentum=0.9, foreach=options.optimizer == "foreach"
)
size = options.image_size
images = (4 * torch.rand(options.batch, 3, size, size) - 2).contiguous(memory_format=memory_format)
labels = torch.arange(options.batch) % 10


def step():
    loss = cross_entropy(network(images), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


def seconds_of(steps):
    started = time.perf_counter()
    for _ in range(steps):
        step()
    return time.perf_counter() - started


def sgemm():
    """GFLOP/s of a product of 1024×1024 floats, the best of twenty."""
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    best = float("inf")
    for _ in range(20):
        started = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - started)
    return 2 * 1024**3 / best / 1e9


def answer(**fields):
    print(json.dumps(fields), flush=True)


for _ in range(2):
    step()
if options.trial:
    print(min(seconds_of(1) for _ in range(5)))
    sys.exit()
answer(
    versions={"torch": torch.__version__, "python": platform.python_version()},
    capability=torch.__config__.show().split("CPU capability usage: ")[-1].split("\n")[0],
    layout=options.layout,
    optimizer=options.optimizer,
    trials=trials,
    parameters=sum(p.numel() for p in network.parameters()),
)
for line in sys.stdin:
    if line.strip() == "sgemm":
        answer(gflops=sgemm())
    else:
        seconds = seconds_of(int(line))
        # ru_maxrss is in KiB on Linux and in bytes on macOS.
        unit = 1 if sys.platform == "darwin" else 1024
        answer(seconds=seconds, peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
