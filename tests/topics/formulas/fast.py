"""Right answers to the derivations of topic fast, and wrong ones that must be caught."""

import torch

ANSWERS = {
    "an operation: entries at which half of the time is work": lambda a, b: a / b,
    "an epoch: time": lambda n, N, a, b: n / N * (a + b * N),
    "Linear: operations": lambda N, fan_in, fan_out: 2 * N * fan_in * fan_out,
    "Linear: bytes": lambda N, fan_in, fan_out: 4 * (N * fan_in + fan_in * fan_out + fan_out + N * fan_out),
    "Conv2d: operations": lambda N, C_in, C_out, K, H, W: 2 * N * C_out * H * W * C_in * K**2,
    "Conv2d: bytes": lambda N, C_in, C_out, K, H, W: (
        4 * (N * C_in * H * W + C_out * C_in * K**2 + C_out + N * C_out * H * W)
    ),
    "roofline: shortest time": lambda operations, size, peak, bandwidth: max(operations / peak, size / bandwidth),
    "max pooling in two steps: comparisons": lambda H, HO, WO, K: (K - 1) * WO * (H + HO),
    "largest of three: what each gets": lambda g, second, third: torch.tensor(
        [g * (1 - third) * (1 - second), g * (1 - third) * second, g * third]
    ),
    "frequencies: operations of the product": lambda N, C_in, C_out, H, W: 8 * N * C_out * C_in * H * (W // 2 + 1),
    "tiles of rows: products for each output": lambda K, m: K * (m + K - 1) / m,
}

WRONG = {
    "an operation: entries at which half of the time is work": [
        lambda a, b: b / a,
        lambda a, b: a * b,
        lambda a, b: a / (2 * b),
        lambda a, b: 2 * a / b,
    ],
    "an epoch: time": [
        lambda n, N, a, b: n * (a + b * N),
        lambda n, N, a, b: n / N * a + b * N,
        lambda n, N, a, b: a + b * n,
        lambda n, N, a, b: n / N * (a + b),
    ],
    "Linear: operations": [
        lambda N, fan_in, fan_out: N * fan_in * fan_out,
        lambda N, fan_in, fan_out: 2 * N * (fan_in + fan_out),
        lambda N, fan_in, fan_out: 2 * fan_in * fan_out,
    ],
    "Linear: bytes": [
        lambda N, fan_in, fan_out: 4 * (N * fan_in + fan_in * fan_out + N * fan_out),
        lambda N, fan_in, fan_out: N * fan_in + fan_in * fan_out + fan_out + N * fan_out,
        lambda N, fan_in, fan_out: 8 * (N * fan_in + fan_in * fan_out + fan_out + N * fan_out),
    ],
    "Conv2d: operations": [
        lambda N, C_in, C_out, K, H, W: N * C_out * H * W * C_in * K**2,
        lambda N, C_in, C_out, K, H, W: 2 * N * C_out * H * W * C_in * K,
        lambda N, C_in, C_out, K, H, W: 2 * N * C_out * H * W * K**2,
        lambda N, C_in, C_out, K, H, W: 2 * N * C_out * (H - K + 1) * (W - K + 1) * C_in * K**2,
    ],
    "Conv2d: bytes": [
        lambda N, C_in, C_out, K, H, W: 4 * (N * C_in * H * W * K**2 + C_out * C_in * K**2 + C_out + N * C_out * H * W),
        lambda N, C_in, C_out, K, H, W: 4 * (N * C_in * H * W + C_out * C_in * K**2 + N * C_out * H * W),
        lambda N, C_in, C_out, K, H, W: N * C_in * H * W + C_out * C_in * K**2 + C_out + N * C_out * H * W,
    ],
    "roofline: shortest time": [
        lambda operations, size, peak, bandwidth: operations / peak + size / bandwidth,
        lambda operations, size, peak, bandwidth: min(operations / peak, size / bandwidth),
        lambda operations, size, peak, bandwidth: operations / peak,
        lambda operations, size, peak, bandwidth: max(operations * peak, size * bandwidth),
    ],
    "max pooling in two steps: comparisons": [
        lambda H, HO, WO, K: (K**2 - 1) * HO * WO,
        lambda H, HO, WO, K: K * WO * (H + HO),
        lambda H, HO, WO, K: 2 * (K - 1) * HO * WO,
        lambda H, HO, WO, K: (K - 1) * H * WO,
    ],
    "largest of three: what each gets": [
        lambda g, second, third: torch.tensor([g * (1 - second) * (1 - third), g * second, g * third]),
        lambda g, second, third: torch.tensor([g, g * second, g * third]),
        lambda g, second, third: torch.tensor([g * (1 - third), g * second * (1 - third), g * third]),
    ],
    "frequencies: operations of the product": [
        lambda N, C_in, C_out, H, W: 2 * N * C_out * C_in * H * W,
        lambda N, C_in, C_out, H, W: 8 * N * C_out * C_in * H * W,
        lambda N, C_in, C_out, H, W: 6 * N * C_out * C_in * H * (W // 2 + 1),
        lambda N, C_in, C_out, H, W: 4 * N * C_out * C_in * H * (W // 2 + 1),
    ],
    "tiles of rows: products for each output": [
        lambda K, m: K * K,
        lambda K, m: (m + K - 1) / m,
        lambda K, m: K * (m + K - 1),
        lambda K, m: K * (m + K) / m,
        lambda K, m: (m + K - 1) ** 2 / m**2,
    ],
}
