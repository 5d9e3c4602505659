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
TENSOR_LIMIT = 64 * 2**20
"""Bytes of the largest tensor that a worker sends; no workload comes near."""
TEXT_LIMIT, LIST_LIMIT = 2000, 1000
"""Characters kept of any text that a worker sends, and entries of a list."""
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
        value, raised = outcome.value, outcome.raised
        if raised is not None:
            described[name] = {"raised": [raised.type, raised.message, raised.location, raised.earlier]}
        elif type(value) is torch.Tensor and _portable(value):
            described[name], tensors[name] = {"tensor": name}, value.clone()
        elif _is_plain(value):
            described[name] = {"plain": value[:TEXT_LIMIT] if isinstance(value, str) else value}
        elif type(value) in (list, tuple) and len(value) <= LIST_LIMIT and all(_is_plain(v) for v in value):
            described[name] = {"plain": list(value)}
        else:
            described[name] = {"other": _type_name(value)}
    return described, tensors


def _portable(tensor):
    """Whether a tensor can be sent: real numbers, in memory, of a bounded size."""
    stored = tensor.layout == torch.strided and not tensor.is_meta and not tensor.is_quantized
    return stored and not tensor.is_complex() and tensor.numel() * tensor.element_size() <= TENSOR_LIMIT


def _is_plain(value):
    return value is None or type(value) in (bool, int, float, str)


def _type_name(value):
    name = type(value).__name__
    if not issubclass(type(value), torch.Tensor):  # isinstance would ask the value itself
        return name
    with torch._C.DisableTorchFunctionSubclass():
        size = "" if value.numel() * value.element_size() <= TENSOR_LIMIT else f" and shape {tuple(value.shape)}"
    return f"{name} with dtype {str(value.dtype).removeprefix('torch.')}{size}"


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
        case {"raised": [str(type), str(message), None | str() as location, bool(earlier)], **rest} if not rest:
            return Outcome(raised=Raised(_text(type), _text(message), location and _text(location), earlier))
        case {"plain": value, **rest} if not rest and _is_plain(value):
            return Outcome(value=_plain_value(value))
        case {"plain": list(values), **rest} if (
            not rest and len(values) <= LIST_LIMIT and all(_is_plain(v) for v in values)
        ):
            return Outcome(value=[_plain_value(v) for v in values])
        case {"other": str(type), **rest} if not rest:
            return Outcome(value=Other(_text(type)[:100]))
    raise WireError("malformed message: an observation of unknown form")


def _plain_value(value):
    if isinstance(value, str):
        return _text(value)
    return Other("int beyond 64 bits") if isinstance(value, int) and abs(value) >= 2**63 else value


def _text(text):
    """Text of a worker's that can be printed and written anywhere: bounded, and without halves of surrogate pairs."""
    return text[:TEXT_LIMIT].encode("utf-8", "replace").decode()
