"""The peers of bench/montecarlo.ts: the same estimator in NumPy and in PyTorch, as a skilled user would write it.

    python3 bench/peers/sample_networks.py --library numpy --width 1000 --batch 64 --depth 100
    python3 bench/peers/sample_networks.py --library torch --width 128 --batch 64 --depth 10000 --longest 24

Linear residual networks with BatchNorm first in the branch, x + W BN(x), LeCun weights, 100 Gaussian input dimensions.
Starts up (one short network that is not counted), prints a line of JSON, and answers each line on its standard input, the
number of a trial, with a line of JSON: the seconds that the trial took and its value. Without --longest the value is the
batch variance that the last block is given, over the depth; with it the components of 0 … longest branches (longer ones
join the last) are kept apart, and the value is the share of the variance in paths of --within branches or fewer.

What is done for the peers: float32 throughout, their fastest generators of normals, work arrays that are allocated
once, the division by the standard deviation moved into the weights, the centring of BatchNorm done for the one
component that is not centred already, only the components that exist so far multiplied.
"""
import argparse
import json
import os
import resource
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--library", choices=["numpy", "torch"], required=True)
parser.add_argument("--width", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--depth", type=int, required=True)
parser.add_argument("--longest", type=int)
parser.add_argument("--within", type=int, default=15)
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
# Read when the libraries start; OpenBLAS has threads of its own beside OpenMP's.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(options.threads)

INPUTS = 100
width, batch = options.width, options.batch

if options.library == "numpy":
    import numpy as np

    version = np.__version__
    weights = np.empty((width, width), np.float32)
    generator = None

    def seed(number):
        global generator
        generator = np.random.Generator(np.random.SFC64(number))

    def inputs():
        x = generator.standard_normal((batch, INPUTS), np.float32)
        return x @ (generator.standard_normal((INPUTS, width), np.float32) / np.float32(INPUTS**0.5))

    def draw(deviation):
        """Weights over the deviations of the features that they are given."""
        generator.standard_normal(out=weights, dtype=np.float32)
        np.multiply(weights, (1 / (deviation * np.float32(width**0.5)))[:, None], out=weights)
        return weights

    def empty(components):
        return np.zeros((components, batch, width), np.float32)

    def multiply(x, w, out):
        np.matmul(x.reshape(-1, width), w, out=out.reshape(-1, width))

    def moments(x):
        mean = x.mean(axis=0)
        return mean, x.std(axis=0)

    def centre(x):
        x -= x.mean(axis=0)

    def total(components):
        return components.sum(axis=0)

    def inner(a, b):
        return float(np.einsum("ij,ij", a, b, dtype=np.float64))
else:
    import torch

    version = torch.__version__
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    weights = torch.empty(width, width)

    def seed(number):
        torch.manual_seed(number)

    def inputs():
        return torch.randn(batch, INPUTS) @ (torch.randn(INPUTS, width) / INPUTS**0.5)

    def draw(deviation):
        """Weights over the deviations of the features that they are given."""
        weights.normal_()
        weights.mul_((1 / (deviation * width**0.5))[:, None])
        return weights

    def empty(components):
        return torch.zeros(components, batch, width)

    def multiply(x, w, out):
        torch.mm(x.view(-1, width), w, out=out.view(-1, width))

    def moments(x):
        variance, mean = torch.var_mean(x, dim=0, unbiased=False)
        return mean, variance.sqrt_()

    def centre(x):
        x -= x.mean(dim=0)

    def total(components):
        return components.sum(dim=0)

    def inner(a, b):
        return float((a * b).double().sum())


def sample_variance(depth):
    """The batch variance that the last block is given, mean over features, over the depth."""
    x = inputs()
    branch = empty(1)[0]
    for _ in range(depth):
        mean, deviation = moments(x)
        multiply(x - mean, draw(deviation), branch)
        x += branch
    return float((deviation**2).mean()) / depth


def sample_paths(depth):
    """The share of the output's variance in paths of --within branches or fewer."""
    components, branches = empty(options.longest + 1), empty(options.longest + 1)
    components[0] = inputs()
    top = 0
    for _ in range(depth):
        _, deviation = moments(total(components[: top + 1]))
        multiply(components[: top + 1], draw(deviation), branches[: top + 1])
        # The input is the only component with a batch mean: a branch centres what it is given.
        centre(branches[0])
        if top < options.longest:
            components[1 : top + 2] += branches[: top + 1]
            top += 1
        else:
            components[1:] += branches[:top]
            components[top] += branches[top]
    output = total(components)
    centre(output)
    return inner(total(components[: options.within + 1]), output) / inner(output, output)


sample = sample_variance if options.longest is None else sample_paths


def answer(**fields):
    print(json.dumps(fields), flush=True)


seed(0)
sample(20)
answer(library=options.library, version=str(version), threads=options.threads)
for line in sys.stdin:
    seed(int(line) + 1)
    started = time.perf_counter()
    value = sample(options.depth)
    answer(
        seconds=time.perf_counter() - started,
        value=value,
        peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )
