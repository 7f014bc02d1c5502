"""Peers of the path-length laws: numpy, scipy and mpmath. Reads rows as JSON on stdin, writes one result a row and method.

scipy has `poisson_binom` from 1.15 on only (it is measured where it is there), so that the two usual ways, one trial
after another and a discrete Fourier transform on the unit circle, are written here with numpy.
"""
import json
import math
import platform
import sys
import time
from pathlib import Path

import mpmath
import numpy as np
import scipy
from scipy import special, stats

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "fixtures"))
import path_length_laws as reference  # noqa: E402

MIN_SECONDS = 0.05


def from_pmf(pmf):
    cdf = np.cumsum(pmf)
    sf = np.cumsum(pmf[::-1])[::-1] - pmf
    at = lambda values, k, past: values[k] if k < len(values) else past
    return lambda k: (at(pmf, k, 0.0), at(cdf, k, 1.0), at(sf, k, 0.0))


def one_by_one(q):
    pmf = np.zeros(len(q) + 1)
    pmf[0] = 1
    for i, x in enumerate(q):
        pmf[1 : i + 2] = pmf[1 : i + 2] * (1 - x) + pmf[: i + 1] * x
        pmf[0] *= 1 - x
    return from_pmf(pmf)


def unit_circle(q):
    n = len(q) + 1
    z = np.exp(-2j * np.pi * np.arange(n // 2 + 1) / n)
    g = np.ones(len(z), complex)
    for x in q:
        g *= 1 - x + x * z
    return from_pmf(np.fft.irfft(g, n))


def gamma_circle(depth, c, n=2048):
    z = np.exp(-2j * np.pi * np.arange(n // 2 + 1) / n)
    lg = special.loggamma
    g = np.exp(lg(depth + c + z) - lg(depth + c + 1) - lg(c + z) + lg(c + 1))
    return from_pmf(np.fft.irfft(g, n))


def exact_harmonic(depth, c):
    law = reference.harmonic(depth, c)
    return lambda k: [float(x) for x in law.entry(k)[1:]]


def methods(row):
    if row["law"] == "harmonic":
        depth, c = row["depth"], row["offset"]
        if depth <= 10000:
            q = 1 / (np.arange(1, int(depth) + 1) + c)
            yield from general(q)
        elif c > 0:
            yield "scipy loggamma, Fourier on the unit circle", lambda: gamma_circle(depth, c), None
        if depth > 1000:
            yield "mpmath, contour at 70 digits, one k", lambda: exact_harmonic(depth, c), 1
    elif row["law"] == "binomial":
        law = stats.binom(row["depth"], row["probability"])
        yield "scipy.stats.binom", lambda: lambda k: (law.pmf(k), law.cdf(k), law.sf(k)), None
    elif row["law"] == "poisson":
        law = stats.poisson(row["mean"])
        yield "scipy.stats.poisson", lambda: lambda k: (law.pmf(k), law.cdf(k), law.sf(k)), None
    else:
        q = np.array([reference.PROFILES[row["profile"]](i) for i in range(1, row["depth"] + 1)])
        yield from general(q)


def general(q):
    yield "numpy, one trial after another", lambda: one_by_one(q), None
    yield "numpy, Fourier on the unit circle", lambda: unit_circle(q), None
    if hasattr(stats, "poisson_binom"):
        yield "scipy.stats.poisson_binom, one k", lambda: scipy_poisson_binomial(q), 1


def scipy_poisson_binomial(q):
    law = stats.poisson_binom(q)
    return lambda k: (law.pmf(k), law.cdf(k), law.sf(k))


def worst(query, entries):
    error = 0.0
    for k, *wanted in entries:
        for got, text in zip(query(k), wanted):
            value = float(text)
            if value >= 1e-300:
                relative = abs(got - value) / value
                error = max(error, relative if relative == relative else math.inf)
    return error


def timed(build, k):
    """Seconds to build the law and ask it for pmf, cdf and sf at one k, warm."""
    runs, start = 0, time.perf_counter()
    while True:
        build()(k)
        runs += 1
        elapsed = time.perf_counter() - start
        if elapsed >= MIN_SECONDS:
            return elapsed / runs


if __name__ == "__main__":
    np.seterr(all="ignore")
    results = []
    for row in json.load(sys.stdin):
        middle = row["entries"][len(row["entries"]) // 2]
        for name, build, only in methods(row):
            seconds = timed(build, middle[0])
            entries = [middle] if only else row["entries"]
            results.append(
                {"row": row["row"], "method": name, "seconds": seconds, "worstRelativeError": min(worst(build(), entries), 1e300)}
            )
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__, "mpmath": mpmath.__version__}
    json.dump({"versions": versions, "results": results}, sys.stdout)
