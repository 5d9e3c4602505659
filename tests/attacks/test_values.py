"""Results that are no numbers, no tensors, not what they say, or more than one thing."""

import pytest

BODIES = {
    "nan": ("got nan", "return x * float('nan')"),
    "nan with a payload": ("got nan", "return x * 0 + torch.tensor(0x7FF8DEADBEEF0001).view(torch.float64)"),
    "infinity": ("inf", "return x + float('inf')"),
    "a subnormal": ("", "return x * 0 + 5e-324"),
    "integers": ("expected|entr|differ", "return x.to(torch.int64) * 0 - 3"),
    "bits as numbers": ("expected|entr|shape", "return x.double().view(torch.int64)"),
    "half precision": ("expected|entr|differ|float", "return x.half() * 7"),
    "bfloat16": ("expected|entr|differ", "return x.bfloat16() * 7"),
    "eight bits": ("expected|entr|differ|got", "return (x.float() + 7).to(torch.float8_e5m2)"),
    "complex numbers": ("complex", "return torch.complex(x, x)"),
    "a conjugate": ("complex", "return torch.complex(x, x).conj()"),
    "a negative view": ("expected|entr|differ|sign", "return torch.complex(x, x + 1).conj().imag"),
    "quantised numbers": (
        "Tensor with dtype|raised",
        "return torch.quantize_per_tensor(x.float(), 1., 0, torch.quint8)",
    ),
    "a sparse tensor": ("Tensor with dtype", "return x.to_sparse()"),
    "a tensor without memory": ("Tensor with dtype", "return x.to('meta')"),
    "a tensor of another kind": ("type T", "class T(torch.Tensor): pass\nreturn x.as_subclass(T)"),
    "no dimension": ("expected shape", "return x.sum()"),
    "too many dimensions": ("expected shape", "return x.reshape([1] * 60 + [-1])"),
    "no entries": ("expected shape", "return x[:0]"),
    "another storage's end": ("RuntimeError|raised", "return x.set_(x.untyped_storage(), 2**40, (2, 2), (1, 1))"),
    "a storage taken away": ("raised|ended|expected", "y = x.clone()\ny.untyped_storage().resize_(0)\nreturn y"),
    "a list of tensors": ("type list", "return [x, x]"),
    "a tuple": ("type tuple", "return (x.clamp(min=0), x)"),
    "a generator": ("type generator", "return (y for y in x)"),
    "a parameter of itself": ("type Parameter", "from .module import Parameter\nreturn Parameter(x)"),
    "a class": ("type _TensorMeta", "return torch.Tensor"),
    "a number that is a tensor": ("expected a tensor, got 0", "return 0"),
    "a true that is a number": ("expected a tensor, got True", "return True"),
    "nan as a number": ("expected a tensor, got nan", "return float('nan')"),
    "a number with another repr": ("type F", "class F(float):\n    def __repr__(self): return 'ATTACK'\nreturn F(1)"),
    "a text with another length": ("type S", "class S(str):\n    def __len__(self): return -1\nreturn S('a')"),
    "a dict with bad keys": ("type dict", "return {None: x, x: None}"),
    "a type whose name is no text": (
        "malformed|ended",
        "class M(type):\n    __name__ = 7\nclass K(metaclass=M): pass\n"
        "return K()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_values(name, costs):
    costs(*BODIES[name])
