"""A whole training run of respath's Wide-ResNet on CIFAR-10 in PyTorch: the twin of `respath train`.

    python3 bench/peers/train_cifar10.py --data FOLDER --scheme skipinit --lr 0.125 --epochs 20 --warmup 1 --out FOLDER

The network is wide_resnet.py's, with weights of its own from PyTorch's generator. The recipe is respath's: SGD with heavy-ball
momentum 0.9; L2 5e-4 on the weights of convolutions and classifier; a linear warm-up to the learning rate, which is then
constant for half of the other steps and halved at once and again after every twentieth of them; standardised images, padded by
4, cropped and flipped; the ragged end of an epoch dropped; accuracy on all test images with the moving averages.

FOLDER of --data has CIFAR-10's binary version (data_batch_1.bin …). Writes metrics.jsonl, a line an epoch, and run.json at
the end. After each epoch everything is saved; the same command goes on from there.
"""
import argparse
import hashlib
import json
import os
import platform
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--model", default="wrn-16-1")
parser.add_argument("--scheme", required=True, help="batchnorm, skipinit (1/sqrt(d)), rezero (SkipInit 0), …")
parser.add_argument("--epochs", type=int, required=True)
parser.add_argument("--warmup", type=float, default=0, help="epochs")
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--out", required=True)
options = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(options.threads)

import numpy  # noqa: E402
import torch  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

from wide_resnet import WideResNet  # noqa: E402

torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)
generator = numpy.random.default_rng(options.seed)

MEANS = numpy.array([0.49139968, 0.48215841, 0.44653091], numpy.float32)
DEVIATIONS = numpy.array([0.24703223, 0.24348513, 0.26158784], numpy.float32)


def read(names):
    records = numpy.concatenate(
        [numpy.fromfile(os.path.join(options.data, name), numpy.uint8).reshape(-1, 3073) for name in names]
    )
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).astype(numpy.float32) / 255
    pixels = (pixels - MEANS[:, None, None]) / DEVIATIONS[:, None, None]
    return pixels, records[:, 0].astype(numpy.int64)


def augmented(pixels):
    padded = numpy.zeros((len(pixels), 3, 40, 40), numpy.float32)
    padded[:, :, 4:36, 4:36] = pixels
    cropped = numpy.empty_like(pixels)
    for image, (down, right) in enumerate(generator.integers(0, 9, (len(pixels), 2))):
        window = padded[image, :, down : down + 32, right : right + 32]
        cropped[image] = window[:, :, ::-1] if generator.random() < 0.5 else window
    return cropped


def rate_at(step, steps, warmup):
    if step < warmup:
        return options.lr * (step + 1) / (warmup + 1)
    after, total = step - warmup, steps - warmup
    return options.lr * 0.5 ** max(0, 20 * after // total - 9)


def test(network, pixels, labels):
    network.eval()
    with torch.no_grad():
        predicted = [network(torch.from_numpy(pixels[i : i + 100])).argmax(1) for i in range(0, len(labels), 100)]
    network.train()
    return float((torch.cat(predicted).numpy() == labels).mean())


train_pixels, train_labels = read([f"data_batch_{number}.bin" for number in range(1, 6)])
test_pixels, test_labels = read(["test_batch.bin"])
# The faster layout on the CPU.
network = WideResNet(options.model, options.scheme).train().to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(network.decay_groups(5e-4), lr=options.lr, momentum=0.9)
steps_per_epoch = len(train_labels) // options.batch
steps = options.epochs * steps_per_epoch
warmup = round(options.warmup * steps_per_epoch)
os.makedirs(options.out, exist_ok=True)
state_path = os.path.join(options.out, "state.pt")
metrics = []
if os.path.exists(state_path):
    state = torch.load(state_path)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    generator.bit_generator.state = state["generator"]
    metrics = state["metrics"]

for epoch in range(len(metrics), options.epochs):
    started = time.perf_counter()
    order = generator.permutation(len(train_labels))
    losses, correct = [], 0
    for index in range(steps_per_epoch):
        batch = order[index * options.batch : (index + 1) * options.batch]
        images = torch.from_numpy(augmented(train_pixels[batch])).contiguous(memory_format=torch.channels_last)
        labels = torch.from_numpy(train_labels[batch])
        for group in optimizer.param_groups:
            group["lr"] = rate_at(epoch * steps_per_epoch + index, steps, warmup)
        logits = network(images)
        loss = cross_entropy(logits, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        correct += int((logits.argmax(1) == labels).sum())
        if not numpy.isfinite(losses[-1]):
            sys.exit(f"diverged: loss {losses[-1]} at step {epoch * steps_per_epoch + index + 1}")
    seconds = time.perf_counter() - started
    metrics.append(
        {
            "epoch": epoch + 1,
            "loss": float(numpy.mean(losses)),
            "accuracy": correct / (steps_per_epoch * options.batch),
            "testAccuracy": test(network, test_pixels, test_labels),
            "imagesPerSecond": steps_per_epoch * options.batch / seconds,
        }
    )
    print(json.dumps(metrics[-1]), flush=True)
    state = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "generator": generator.bit_generator.state,
        "metrics": metrics,
    }
    torch.save(state, f"{state_path}.part")
    os.replace(f"{state_path}.part", state_path)

with open(os.path.join(options.out, "metrics.jsonl"), "w") as file:
    file.writelines(f"{json.dumps(line)}\n" for line in metrics)
result = {
    "settings": {name: value for name, value in vars(options).items() if name not in ("data", "out")},
    "testAccuracy": metrics[-1]["testAccuracy"],
    "bestTestAccuracy": max(line["testAccuracy"] for line in metrics),
    "parameters": sum(parameter.numel() for parameter in network.parameters()),
    "torch": torch.__version__,
    "python": platform.python_version(),
    "wideResnetSha256": hashlib.sha256(
        open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "wide_resnet.py"), "rb").read()
    ).hexdigest(),
}
with open(os.path.join(options.out, "run.json"), "w") as file:
    json.dump(result, file, indent=2)
    file.write("\n")
os.remove(state_path)
