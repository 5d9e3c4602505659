"""Messages between oracle and worker: a JSON header and safetensors bytes, never a pickle.

A frame is: length of the rest (8 bytes, little-endian), length of the header (4 bytes), header, tensors. The side that
reads trusts nothing: sizes are bounded before memory is taken, and anything malformed is a `WireError`.
"""

import json
import select
import struct
import time
from dataclasses import dataclass

import safetensors.torch
import torch
from safetensors import SafetensorError

from .interpreter import Outcome, Raised

FRAME_LIMIT = 256 * 2**20
"""Bytes of the largest frame that is accepted."""
HEADER_LIMIT = 2**20
"""Bytes of the largest header that is accepted."""
TEXT_LIMIT = 2000
"""Characters kept of any text that a worker sends."""
_PREFIX = struct.Struct("<QI")
_CHUNK = 2**20


class WireError(Exception):
    """The other side sent something malformed, too large, or nothing more at all."""


class Timeout(Exception):
    """The other side did not answer in time."""


def pack(header, tensors=None):
    """A frame as bytes. tensors: {name: tensor}."""
    text = json.dumps(header).encode()
    body = safetensors.torch.save({k: _plain(v) for k, v in tensors.items()}) if tensors else b""
    return _PREFIX.pack(4 + len(text) + len(body), len(text)) + text + body


def unpack(length, payload):
    """(header, tensors) of a frame without its prefix. length: that of the header."""
    try:
        header = json.loads(payload[:length])
        tensors = safetensors.torch.load(bytes(payload[length:])) if len(payload) > length else {}
    except (ValueError, RecursionError, SafetensorError, KeyError, OverflowError, RuntimeError, TypeError) as error:
        raise WireError(f"malformed message: {type(error).__name__}") from None
    if not isinstance(header, dict):
        raise WireError("malformed message: the header is no object")
    return header, tensors


def send(sock, header, tensors=None):
    """Write one frame."""
    sock.sendall(pack(header, tensors))


def receive(sock, seconds=None):
    """Read one frame: (header, tensors). seconds: limit for the whole frame; `Timeout` after it."""
    deadline = None if seconds is None else time.monotonic() + seconds
    size, length = _PREFIX.unpack(_read(sock, _PREFIX.size, deadline))
    if size > FRAME_LIMIT or length > HEADER_LIMIT or length + 4 > size:
        raise WireError(f"malformed message: sizes {size} and {length}")
    return unpack(length, _read(sock, size - 4, deadline))


def _read(sock, count, deadline):
    data = bytearray()
    while len(data) < count:
        if deadline is not None:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not select.select([sock], [], [], remaining)[0]:
                raise Timeout
        try:
            chunk = sock.recv(min(_CHUNK, count - len(data)))
        except OSError as error:
            raise WireError(f"connection lost: {error.strerror}") from None
        if not chunk:
            raise WireError("connection closed")
        data += chunk
    return data


def _plain(tensor):
    return tensor.detach().cpu().contiguous()


def pack_outcomes(outcomes):
    """({name: JSON}, {name: tensor}) of an interpreter's outcomes, on the worker's side."""
    described, tensors = {}, {}
    for name, outcome in outcomes.items():
        value = outcome.value
        if outcome.raised is not None:
            raised = outcome.raised
            described[name] = {"raised": [raised.type, raised.message, raised.location]}
        elif isinstance(value, torch.Tensor) and value.layout == torch.strided and not value.is_quantized:
            described[name], tensors[name] = {"tensor": name}, value.clone()
        elif value is None or isinstance(value, (bool, int, float, str)):
            described[name] = {"plain": value}
        elif isinstance(value, (list, tuple)) and all(isinstance(v, (bool, int, float, str)) for v in value):
            described[name] = {"plain": list(value)}
        else:
            described[name] = {"other": type(value).__name__}
    return described, tensors


@dataclass(frozen=True)
class Other:
    """A value of a type that no exercise returns; only the name of its type crosses the wire."""

    type: str


def unpack_outcomes(described, tensors, expected):
    """{name: Outcome} on the oracle's side, for exactly the expected names; `WireError` for anything else."""
    if not isinstance(described, dict) or set(described) != set(expected):
        raise WireError("malformed message: not the observations that were asked for")
    return {name: _outcome(described[name], tensors) for name in expected}


def _outcome(entry, tensors):
    match entry:
        case {"tensor": str(name), **rest} if not rest and name in tensors:
            return Outcome(value=tensors[name])
        case {"raised": [str(type), str(message), None | str() as location], **rest} if not rest:
            return Outcome(raised=Raised(type[:TEXT_LIMIT], message[:TEXT_LIMIT], location and location[:TEXT_LIMIT]))
        case {"plain": None | bool() | int() | float() | str() as value, **rest} if not rest:
            return Outcome(value=value[:TEXT_LIMIT] if isinstance(value, str) else value)
        case {"plain": list(values), **rest} if (
            not rest and len(values) <= TEXT_LIMIT and all(isinstance(v, (bool, int, float)) for v in values)
        ):
            return Outcome(value=values)
        case {"other": str(type), **rest} if not rest:
            return Outcome(value=Other(type[:100]))
    raise WireError("malformed message: an observation of unknown form")
