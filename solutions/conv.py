"""Two-dimensional convolution: the sum as it stands, then as one matrix product over all windows."""

import math

import torch

from .init import kaiming_uniform_, uniform_
from .module import Module, Parameter


def pair(value):
    """`(value, value)` for a number, a pair as it is. Given."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def zero_pad(x, padding):
    """A copy of x, (N, C, H, W), with that many rows and columns of zeros on each side. padding: a pair. Given."""
    (N, C, H, W), (P_H, P_W) = x.shape, padding
    padded = x.new_zeros(N, C, H + 2 * P_H, W + 2 * P_W)
    padded[:, :, P_H : P_H + H, P_W : P_W + W] = x
    return padded


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """How many places a window of dilated kernel has along one dimension; all arguments are integers.

    Raises ValueError if there is none, because the dilated kernel is larger than the padded input.
    """
    # Hint: a dilated kernel reaches over dilation·(kernel_size - 1) + 1 entries. In how many steps is the rest walked?
    ### BEGIN SOLUTION
    reach = dilation * (kernel_size - 1) + 1
    if reach > size + 2 * padding:
        raise ValueError(f"a kernel that reaches over {reach} entries is larger than a padded input of {size + 2 * padding}")
    return (size + 2 * padding - reach) // stride + 1
    ### END SOLUTION


def conv2d_naive(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """The convolution exactly as its sum, one output entry after the other:

        y[n, o, h, w] = b[o] + Σ_{c,i,j} weight[o, c, i, j] · x_padded[n, c, h·S_H + i·D_H, w·S_W + j·D_W]

    x: (N, C_in, H, W). weight: (C_out, C_in, K_H, K_W). bias: (C_out,) or None. stride, padding, dilation: pairs.
    Returns y: (N, C_out, H_out, W_out). Slow on purpose: it is what the fast one is compared with.
    """
    ### BEGIN SOLUTION
    (C_out, _, K_H, K_W), (S_H, S_W), (D_H, D_W) = weight.shape, stride, dilation
    H_out = conv_output_size(x.shape[2], K_H, S_H, padding[0], D_H)
    W_out = conv_output_size(x.shape[3], K_W, S_W, padding[1], D_W)
    padded = zero_pad(x, padding)
    y = x.new_zeros(len(x), C_out, H_out, W_out)
    for n in range(len(x)):
        for o in range(C_out):
            for h in range(H_out):
                for w in range(W_out):
                    rows = slice(h * S_H, h * S_H + D_H * (K_H - 1) + 1, D_H)
                    columns = slice(w * S_W, w * S_W + D_W * (K_W - 1) + 1, D_W)
                    y[n, o, h, w] = (weight[o] * padded[n, :, rows, columns]).sum()
                    if bias is not None:
                        y[n, o, h, w] += bias[o]
    return y
    ### END SOLUTION


def windows(x, kernel_size, stride, dilation):
    """All windows of x as a view, without copying: entry [n, c, i, j, h, w] is x[n, c, h·S_H + i·D_H, w·S_W + j·D_W].

    x: (N, C, H, W), padded already. kernel_size, stride, dilation: pairs. Returns (N, C, K_H, K_W, H_out, W_out).
    """
    # Hint: `as_strided` takes a shape and, for each index, how far the next entry lies in memory (`x.stride()`).
    ### BEGIN SOLUTION
    (N, C, H, W), (K_H, K_W), (S_H, S_W), (D_H, D_W) = x.shape, kernel_size, stride, dilation
    H_out, W_out = conv_output_size(H, K_H, S_H, 0, D_H), conv_output_size(W, K_W, S_W, 0, D_W)
    step_n, step_c, step_h, step_w = x.stride()
    return x.as_strided(
        (N, C, K_H, K_W, H_out, W_out),
        (step_n, step_c, D_H * step_h, D_W * step_w, S_H * step_h, S_W * step_w),
    )
    ### END SOLUTION


def add_windows(u, size, stride, dilation):
    """The adjoint of `windows`: adds every window entry to the place of x it was taken from.

    u: (N, C, K_H, K_W, H_out, W_out). size: (H, W) of the padded x. Returns (N, C, H, W).
    """
    # Hint: for a fixed i and j the places h·S_H + i·D_H are all different, so one slice can be added at a time.
    ### BEGIN SOLUTION
    (N, C, K_H, K_W, H_out, W_out), (S_H, S_W), (D_H, D_W) = u.shape, stride, dilation
    x = u.new_zeros(N, C, *size)
    for i in range(K_H):
        rows = slice(i * D_H, i * D_H + S_H * (H_out - 1) + 1, S_H)
        for j in range(K_W):
            columns = slice(j * D_W, j * D_W + S_W * (W_out - 1) + 1, S_W)
            x[:, :, rows, columns] += u[:, :, i, j]
    return x
    ### END SOLUTION


class Conv2d(Module):
    """y[n, o] = b[o] + Σ_c weight[o, c] ⋆ x[n, c], as `torch.nn.Conv2d`; ⋆ slides without flipping the kernel.

    in_channels, out_channels: C_in, C_out. kernel_size, stride, padding, dilation: numbers or pairs (height, width).
    bias: whether there is a b. Parameters: weight (C_out, C_in, K_H, K_W), bias (C_out,) or None.
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, bias=True):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding, self.dilation = map(pair, (kernel_size, stride, padding, dilation))
        self.weight = Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        self.bias = Parameter(torch.empty(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        """Draw weight and bias from U[-k, k], k = 1/√(C_in·K_H·K_W), as `torch.nn.Conv2d` does. Given."""
        kaiming_uniform_(self.weight.data, a=math.sqrt(5))
        if self.bias is not None:
            k = 1 / math.sqrt(self.in_channels * self.kernel_size[0] * self.kernel_size[1])
            uniform_(self.bias.data, -k, k)

    def forward(self, x):
        """x: (N, C_in, H, W). Returns y: (N, C_out, H_out, W_out).

        Raises ValueError if the dilated kernel is larger than the padded input.
        """
        # Hint: put the C_in·K_H·K_W numbers of each window into a column; then y is one product of matrices.
        ### BEGIN SOLUTION
        padded = zero_pad(x, self.padding)
        view = windows(padded, self.kernel_size, self.stride, self.dilation)
        self.padded_size, self.view_shape = padded.shape[2:], view.shape
        (N, *_, H_out, W_out), O = view.shape, self.out_channels  # noqa: E741
        self.X = view.reshape(N, -1, H_out * W_out)
        y = self.weight.data.reshape(O, -1) @ self.X
        if self.bias is not None:
            y += self.bias.data[:, None]
        return y.reshape(N, O, H_out, W_out)
        ### END SOLUTION

    def backward(self, grad_y):
        """grad_y: (N, C_out, H_out, W_out). Adds to weight.grad and bias.grad; returns grad_x: (N, C_in, H, W)."""
        # Hint: y = W X for the matrix of columns X. Both gradients are those of Linear; `add_windows` brings X's to x.
        ### BEGIN SOLUTION
        O = self.out_channels  # noqa: E741
        W, G = self.weight.data.reshape(O, -1), grad_y.reshape(len(grad_y), O, -1)
        self.weight.grad += (G @ self.X.transpose(1, 2)).sum(0).reshape(self.weight.shape)
        if self.bias is not None:
            self.bias.grad += G.sum((0, 2))
        grad_X = (W.T @ G).reshape(self.view_shape)
        grad_padded = add_windows(grad_X, self.padded_size, self.stride, self.dilation)
        (H, W), (P_H, P_W) = self.padded_size, self.padding
        return grad_padded[:, :, P_H : H - P_H, P_W : W - P_W]
        ### END SOLUTION

    def extra_repr(self):
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding}, dilation={self.dilation}, bias={self.bias is not None}"
        )
