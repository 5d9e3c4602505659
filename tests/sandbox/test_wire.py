"""Messages: what is sent arrives, and whatever else arrives is a WireError or a Timeout, never another exception."""

import json
import math
import socket
import struct
import threading

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox import wire
from autograder.sandbox.interpreter import Outcome, Raised
from autograder.sandbox.pool import Worker, WorkerLost

MANY = settings(max_examples=150, deadline=None, database=None, derandomize=True)
FEW = settings(MANY, max_examples=25)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool]


@st.composite
def tensors(draw):
    shape = draw(st.lists(st.integers(0, 3), max_size=4))
    return torch.arange(math.prod(shape)).reshape(shape).to(draw(st.sampled_from(DTYPES)))


def arriving(data, seconds=0.05):
    """What `receive` makes of these bytes, after which the other side says no more."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        return wire.receive(ours, seconds)


@FEW
@given(
    st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.dictionaries(st.text(min_size=1), tensors(), max_size=3)
)
def test_what_is_sent_arrives(header, sent):
    sent.pop("__metadata__", None)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        wire.send(theirs, header, sent)
        arrived, got = wire.receive(ours, 5)
    assert json.dumps(arrived) == json.dumps(header)
    assert got.keys() == sent.keys()
    for name, tensor in sent.items():
        assert got[name].dtype == tensor.dtype and got[name].shape == tensor.shape and torch.equal(got[name], tensor)


@MANY
@given(st.binary(max_size=200))
def test_garbage_is_a_wire_error(data):
    with pytest.raises((wire.WireError, wire.Timeout)):
        arriving(data)


@MANY
@given(st.data())
def test_a_damaged_frame_is_a_wire_error_or_still_a_frame(data):
    frame = bytearray(wire.pack({"outcomes": {"y": {"tensor": "y"}}}, {"y": torch.ones(2, 3)}))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(frame) - 1))
        how = data.draw(st.sampled_from(["change", "remove", "insert"]))
        frame[at : at + (how != "insert")] = data.draw(st.binary(min_size=1, max_size=3)) if how != "remove" else b""
    try:
        header, got = arriving(bytes(frame))
    except (wire.WireError, wire.Timeout):
        return
    assert isinstance(header, dict) and all(isinstance(t, torch.Tensor) for t in got.values())


@pytest.mark.parametrize(
    ("size", "length"),
    [(2**63, 10), (wire.FRAME_LIMIT + 1, 10), (2**20, wire.HEADER_LIMIT + 1), (4, 1), (0, 0), (3, 0)],
)
def test_sizes_are_bounded_before_memory_is_taken(size, length):
    with pytest.raises(wire.WireError, match="sizes"):
        arriving(struct.pack("<QI", size, length) + b"{}")


@pytest.mark.parametrize(
    "header", [b"[1]", b"3", b"{", b"\xff\xfe", b"[" * 10**5, b'{"a": ' + b"9" * 10**5 + b"}", b""]
)
def test_headers_that_are_no_object(header):
    with pytest.raises(wire.WireError, match="malformed"):
        arriving(struct.pack("<QI", 4 + len(header), len(header)) + header)


def test_a_frame_that_trickles_in_is_too_late():
    ours, theirs = socket.socketpair()
    frame, stop = wire.pack({"done": True}), threading.Event()

    def trickle():
        for byte in frame:
            theirs.sendall(bytes([byte]))
            stop.wait(0.1)

    thread = threading.Thread(target=trickle)
    thread.start()
    with pytest.raises(wire.Timeout):
        wire.receive(ours, 0.3)
    stop.set()
    thread.join()
    ours.close()
    theirs.close()


OBSERVATION = st.one_of(
    JSON,
    st.builds(lambda t: {"tensor": t}, st.sampled_from(["y", "z", ""]) | JSON),
    st.builds(lambda *r: {"raised": list(r)}, JSON, JSON, JSON, JSON),
    st.builds(lambda *r: {"raised": list(r)}, st.text(), st.text(), st.none() | st.text(), st.booleans()),
    st.builds(lambda v: {"plain": v}, JSON),
    st.builds(lambda v, w: {"other": v, **w}, JSON, st.dictionaries(st.text(), JSON, max_size=1)),
)


@MANY
@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), OBSERVATION) | JSON)
def test_observations_are_exactly_those_asked_for_or_a_wire_error(described):
    try:
        outcomes = wire.unpack_outcomes(described, {"y": torch.ones(1)}, ["a", "b"])
    except wire.WireError:
        return
    assert list(outcomes) == ["a", "b"] and set(described) == {"a", "b"}
    for outcome in outcomes.values():
        assert isinstance(outcome, Outcome)
        texts = [outcome.value] if isinstance(outcome.value, str) else []
        texts += [outcome.raised.type, outcome.raised.message] if outcome.raised else []
        assert all(len(text) <= wire.TEXT_LIMIT for text in texts)
        "".join(texts).encode()  # has no halves of surrogate pairs


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(value=torch.ones(2, 3)),
        Outcome(value=2.5),
        Outcome(value=None),
        Outcome(value=[1, 2]),
        Outcome(value="text"),
        Outcome(raised=Raised("ValueError", "no", "linear.py:3", True)),
        Outcome(raised=Raised("ValueError", "", None)),
    ],
)
def test_outcomes_there_and_back(outcome):
    header, tensors = wire.unpack(*_split(wire.pack(*wire.pack_outcomes({"a": outcome}))))
    got = wire.unpack_outcomes(header, tensors, ["a"])["a"]
    assert got.raised == outcome.raised
    assert torch.equal(got.value, outcome.value) if isinstance(outcome.value, torch.Tensor) else got == outcome


def _split(frame):
    _, length = struct.unpack("<QI", frame[:12])
    return length, frame[12:]


@FEW
@given(st.binary(max_size=60) | OBSERVATION.map(lambda o: wire.pack({"outcomes": {"a": o}})))
def test_a_worker_that_answers_anything_is_at_worst_lost(data):
    """The oracle's side of a conversation with an impostor."""
    ours, theirs = socket.socketpair()
    worker = Worker(nursery=None, folder=".")
    worker.sock, worker.end = ours, lambda: None
    with theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        try:
            got = worker._outcomes(["a"], *worker.collect(0.5))
            assert isinstance(got["a"], Outcome)
            worker.stop()
        except WorkerLost as lost:
            assert worker.sock is None and lost.reason.startswith("the process that runs your code")
