"""The formulas that notebook 13 has its reader derive."""

from itertools import product

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, vector


def bisect(too_small, low=0.0, high=1e6):
    """The number at which `too_small` turns from true to false."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if too_small(middle) else (low, middle)
    return high


def epoch(n, N, a, b):
    """The time of an epoch, batch by batch."""
    return sum(a + b * len(batch) for batch in torch.arange(n).split(N))


def operations_of_linear(N, fan_in, fan_out):
    """Multiplications and additions, counted one by one: each output starts as its bias."""
    count = 0
    for _ in product(range(N), range(fan_out), range(fan_in)):
        count += 1  # w · x
        count += 1  # and onto the sum
    return count


def operations_of_conv(N, C_in, C_out, K, H, W):
    """The same for a convolution that keeps the size of its picture: what its windows, cut out, have for entries."""
    x = torch.zeros(N, C_in, H + K - 1, W + K - 1)
    terms = x.unfold(2, K, 1).unfold(3, K, 1).numel()
    return sum(2 * terms for _ in range(C_out))


def bytes_of(layer, *shape):
    """Those of all tensors that go in and out of a layer of torch.nn: input, output, parameters, in float32."""
    x = torch.zeros(shape)
    return sum(tensor.nbytes for tensor in (x, layer(x), *layer.parameters()))


def comparisons(H, HO, WO, K):
    """Those of the largest of K entries, row by row, then of K such, column by column; counted one by one."""
    count = 0
    for places in (product(range(H), range(WO)), product(range(HO), range(WO))):
        for _ in places:
            for other in range(K):
                count += other > 0
    return count


def shares(g, second, third):
    """The gradient of g · max(x) for three numbers of which the second, the third overtook those before, or not."""
    x = vector(1.0, 2.0 if second else 0.0, 3.0 if third else 0.5)
    return gradient(lambda x: g * x.max(), x)


def operations_of_product(N, C_in, C_out, H, W):
    """At each frequency of a real picture N·C_out sums of C_in products of complex numbers, in real operations."""
    *_, height, width = torch.fft.rfft2(torch.zeros(1, 1, H, W)).shape
    of_one_term = 4 + 2 + 2  # ac, bd, ad, bc; ac - bd, ad + bc; both parts onto the sum
    return sum(of_one_term * N * C_out * C_in for _ in product(range(height), range(width)))


def products_in_tiles(K, m):
    """Those for each output, of one channel, when m rows come from m + K - 1 products in the place of m·K."""
    return sum(1 for _ in product(range(m + K - 1), range(K))) / m


SMALL = [(2, 3, 4, 3, 5, 6), (1, 2, 3, 5, 7, 4), (3, 1, 2, 1, 4, 5)]
"""Convolutions: N, C_in, C_out, K, H, W."""


DERIVATIONS = [
    Derivation(
        "an operation: entries at which half of the time is work",
        truth=lambda a, b: bisect(lambda n: b * n < 0.5 * (a + b * n)),
        arguments=[(2.0, 0.001), (1.5, 0.002), (8.0, 0.0001)],
        hint="The work on n entries is b·n, the call around it is a. When are the two equal?",
    ),
    Derivation(
        "an epoch: time",
        truth=epoch,
        arguments=[(1000, 1, 200.0, 1.5), (1000, 50, 200.0, 1.5), (900, 100, 150.0, 2.0), (64, 64, 10.0, 0.5)],
        hint="How many batches are there? Each costs the call once, and the work for each of its points.",
    ),
    Derivation(
        "Linear: operations",
        truth=operations_of_linear,
        arguments=[(2, 3, 4), (5, 4, 3), (1, 7, 2), (8, 1, 1)],
        hint="N·fan_out outputs, each a sum of fan_in products; a product is one operation, adding it another.",
    ),
    Derivation(
        "Linear: bytes",
        truth=lambda N, fan_in, fan_out: bytes_of(torch.nn.Linear(fan_in, fan_out), N, fan_in),
        arguments=[(2, 3, 4), (5, 4, 3), (1, 7, 2), (8, 1, 1)],
        hint="Four tensors: x, weight, bias, y. How many entries has each? A number in float32 has four bytes.",
    ),
    Derivation(
        "Conv2d: operations",
        truth=operations_of_conv,
        arguments=SMALL,
        hint="There are N·C_out·H·W outputs. How many terms has the sum of each? Two operations a term.",
    ),
    Derivation(
        "Conv2d: bytes",
        truth=lambda N, C_in, C_out, K, H, W: bytes_of(torch.nn.Conv2d(C_in, C_out, K, padding=K // 2), N, C_in, H, W),
        arguments=SMALL,
        hint="Four tensors again, and y is as large as a picture with C_out channels. No columns: they need not be.",
    ),
    Derivation(
        "roofline: shortest time",
        truth=lambda operations, size, peak, bandwidth: bisect(lambda t: peak * t < operations or bandwidth * t < size),
        arguments=[
            (600.0, 80.0, 100.0, 10.0),
            (600.0, 40.0, 100.0, 10.0),
            (5.0, 40.0, 50.0, 8.0),
            (9.0, 2.0, 3.0, 4.0),
        ],
        hint="Both go on at the same time. Which of the two is ready last?",
    ),
    Derivation(
        "max pooling in two steps: comparisons",
        truth=comparisons,
        arguments=[(8, 4, 5, 2), (7, 3, 4, 3), (10, 9, 6, 2), (12, 8, 10, 5)],
        hint="The largest of K needs K - 1. How many maxima are there in the first step, and how many in the second?",
    ),
    Derivation(
        "largest of three: what each gets",
        truth=shares,
        arguments=[(g, second, third) for g, second, third in product((3.0, -2.0), (0.0, 1.0), (0.0, 1.0))],
        hint="From the back: the third gets g if it overtook. What is left for the two before, and what for the first?",
    ),
    Derivation(
        "frequencies: operations of the product",
        truth=operations_of_product,
        arguments=[(2, 3, 4, 6, 8), (1, 2, 3, 5, 7), (3, 1, 2, 8, 4), (2, 2, 1, 4, 9)],
        hint="H·(W//2 + 1) frequencies, N·C_out·C_in terms at each; count one complex product and sum.",
    ),
    Derivation(
        "tiles of rows: products for each output",
        truth=products_in_tiles,
        arguments=[(3, 4), (5, 4), (3, 2), (2, 6), (4, 1)],
        hint="Down the rows m outputs take m + K - 1 products, once for each column of the kernel. Shared by how many?",
    ),
]
