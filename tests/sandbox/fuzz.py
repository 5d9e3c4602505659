"""Malformed messages in great number against the side that trusts nobody.

To be run as `python -m tests.sandbox.fuzz --count 100000`. Whatever arrives, the oracle's reader returns what was asked
for, or raises WireError or WorkerLost; it never raises anything else, and never takes more memory than the message is
long, up to its bounds. A seed makes a run repeatable.
"""

import argparse
import json
import random
import resource
import socket
import struct
import time

import torch

from autograder.sandbox import wire
from autograder.sandbox.interpreter import Outcome
from autograder.sandbox.pool import Worker, WorkerLost

NAMES = ["y", "grad"]
MEMORY = 256 * 2**20
"""Bytes by which the process may grow; the frames themselves are at most 64 KiB."""
ODD = [
    "",
    "y",
    "grad",
    "\ud800",
    "x" * 5000,
    None,
    True,
    False,
    0,
    -1,
    2**63,
    10**30,
    1e308,
    float("nan"),
    float("inf"),
]
RIGHT = [
    {"tensor": "y"},
    {"plain": 2.5},
    {"plain": ["text", None]},
    {"other": "dict"},
    {"raised": ["E", "", None, False]},
]
"""Observations as they should be."""
DTYPES = ["F64", "F32", "I64", "U8", "BOOL", "F4", "C64", "F8_E5M2", "", None, 7]


def value(rng, depth=3):
    """Some JSON: odd leaves, observations that are nearly right, nests of both."""
    match rng.randrange(8 if depth else 2):
        case 0 | 1:
            return rng.choice(ODD)
        case 2:
            return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
        case 3:
            return {str(rng.choice(ODD)): value(rng, depth - 1) for _ in range(rng.randrange(3))}
        case 4:
            return {"tensor": rng.choice([*NAMES, value(rng, depth - 1)])}
        case 5:
            return {"raised": [value(rng, depth - 1) for _ in range(rng.choice([0, 3, 4, 4, 5]))]}
        case 6:
            return {"plain": value(rng, depth - 1), **({"more": 1} if rng.random() < 0.2 else {})}
        case _:
            return {"other": value(rng, depth - 1)}


def header(rng):
    """The bytes of a header: right but for its contents, or hardly JSON."""
    if rng.random() < 0.1:
        return rng.choice(
            [b"", b"[]", b"{", b"null", b"\xff", b"[" * 9999, b'{"a":' * 999, b"9" * 9999, rng.randbytes(30)]
        )
    names = NAMES if rng.random() < 0.8 else rng.sample([*NAMES, "z"], rng.randrange(4))
    described = {name: rng.choice(RIGHT) if rng.random() < 0.7 else value(rng) for name in names}
    top = rng.choice([{"outcomes": described}] * 8 + [described, {"outcomes": value(rng)}, {"ready": value(rng)}])
    return json.dumps(top).encode("utf-8", "surrogatepass")


def tensors(rng):
    """The bytes of the tensors: safetensors, or with a directory that lies about dtypes, shapes and places."""
    kind = rng.randrange(5)
    if kind == 0:
        return b""
    if kind == 1:
        return rng.randbytes(rng.randrange(200))
    if kind == 2:
        shape = [rng.randrange(4) for _ in range(rng.randrange(4))]
        return wire.safetensors.torch.save({n: torch.ones(shape) for n in NAMES})
    sizes = [-1, 0, 1, 2, 3, 2**31, 2**62, 2**64, 1.5, None, "2"]
    entry = {"dtype": rng.choice(DTYPES), "shape": [rng.choice(sizes) for _ in range(rng.randrange(5))]}
    entry["data_offsets"] = rng.choice([[0, 8], [0, 2**62], [8, 0], [-8, 0], [0], [], None, [0, 8, 16]])
    text = json.dumps(rng.choice([{n: entry for n in NAMES}, {"y": entry}, {"__metadata__": entry}, entry])).encode()
    length = rng.choice([len(text)] * 4 + [0, 2**40, 2**64 - 1, len(text) + 1])
    return struct.pack("<Q", length) + text + rng.randbytes(rng.choice([0, 8, 16, 64]))


def message(rng):
    """The bytes of one message, malformed somewhere or nowhere."""
    if rng.random() < 0.05:
        return rng.randbytes(rng.randrange(60))
    text, body = header(rng), tensors(rng)
    sizes = (4 + len(text) + len(body), len(text))
    if rng.random() < 0.2:
        odd = [0, 3, 4, 5, 2**20, 2**28, 2**28 + 1, 2**32 - 1]
        sizes = rng.choice([(rng.choice([*odd, 2**63]), sizes[1]), (sizes[0], rng.choice(odd))])
    frame = bytearray(struct.pack("<QI", *sizes) + text + body)
    for _ in range(rng.choice([0, 0, 0, 1, 3])):
        at = rng.randrange(len(frame))
        frame[at : at + rng.randrange(2)] = rng.randbytes(rng.randrange(3))
    return bytes(frame[: rng.randrange(len(frame))] if rng.random() < 0.1 else frame)


def converse(data):
    """The oracle's side of a conversation with somebody who says that: the outcomes, or None if the worker is lost."""
    ours, theirs = socket.socketpair()
    worker = Worker(nursery=None, folder=".")
    worker.sock, worker.end = ours, lambda: None
    with theirs:
        theirs.sendall(data[: 2**16])
        theirs.shutdown(socket.SHUT_WR)
        try:
            outcomes = worker._outcomes(NAMES, *worker.collect(5))
        except WorkerLost:
            assert worker.sock is None
            return None
    worker.stop()
    return outcomes


def check(outcomes):
    """What may come through: plain bounded values under exactly the names that were asked for."""
    assert list(outcomes) == NAMES
    for outcome in outcomes.values():
        assert type(outcome) is Outcome
        found = outcome.value if isinstance(outcome.value, list) else [outcome.value]
        assert len(found) <= wire.LIST_LIMIT
        for one in found:
            assert one is None or type(one) in (bool, int, float, str, torch.Tensor, wire.Other)
            if type(one) is str:
                assert len(one) <= wire.TEXT_LIMIT
                one.encode("utf-8")  # has no halves of surrogate pairs
            assert type(one) is not int or abs(one) < 2**63


def run(count, seed=0):
    """(lost, understood) of so many messages. Raises what the reader should not have raised."""
    rng, lost = random.Random(seed), 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count):
        data = message(rng)
        try:
            outcomes = converse(data)
            if outcomes is None:
                lost += 1
            else:
                check(outcomes)
        except Exception as error:
            raise AssertionError(f"message {number} of seed {seed}: {data[:500]!r}") from error
    grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    assert grown < MEMORY, f"the reader took {grown} bytes"
    return lost, count - lost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    started = time.monotonic()
    lost, understood = run(arguments.count, arguments.seed)
    print(f"{lost} refused, {understood} understood, no other end, in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
