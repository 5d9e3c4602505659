"""Convolution by loops over the kernel: what one weight sees of all images is a slice with steps."""

import torch

from .init import fan_in_and_fan_out, uniform_
from .module import Module, Parameter


def pair(value, least=1):
    both = (value, value) if isinstance(value, int) else tuple(value)
    if len(both) != 2 or not all(isinstance(v, int) for v in both):
        raise TypeError("an int or two ints, please")
    for v in both:
        if v < least:
            raise ValueError(f"{v} is less than {least}")
    return both


def pad(x, padding, value=0.0):
    rows, columns = padding
    if rows == 0 and columns == 0:
        return x
    n, c, h, w = x.shape
    framed = torch.full((n, c, h + 2 * rows, w + 2 * columns), value, dtype=x.dtype, device=x.device)
    for i in range(h):
        for j in range(w):
            framed[:, :, i + rows, j + columns] = x[:, :, i, j]
    return framed


def crop(x, padding):
    return x[:, :, padding[0] : x.shape[2] - padding[0], padding[1] : x.shape[3] - padding[1]]


def as_batch(x, channels):
    if x.dim() == 3:
        x = x[None]
    if x.dim() != 4 or x.shape[1] != channels:
        raise ValueError(f"{tuple(x.shape)} has not {channels} channels of images")
    return x


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    count, last = 0, dilation * (kernel_size - 1)
    start = -padding
    while start + last < size + padding:
        count += 1
        start += stride
    if count == 0:
        raise ValueError("not one window fits")
    return count


def output_shape(x, kernel_size, stride, dilation):
    return [conv_output_size(x.shape[2 + d], kernel_size[d], stride[d], 0, dilation[d]) for d in range(2)]


def conv2d_naive(x, weight, bias=None, stride=1, padding=0, dilation=1):
    stride, padding, dilation = pair(stride), pair(padding, 0), pair(dilation)
    padded = pad(x, padding)
    rows, columns = output_shape(padded, weight.shape[2:], stride, dilation)
    images, kernels = padded.tolist(), weight.tolist()
    y = torch.zeros(len(images), len(kernels), rows, columns, dtype=x.dtype)
    for n, image in enumerate(images):
        for o, kernel in enumerate(kernels):
            for h in range(rows):
                for w in range(columns):
                    total = 0.0 if bias is None else bias[o].item()
                    for c, plane in enumerate(kernel):
                        for i, row in enumerate(plane):
                            for j, value in enumerate(row):
                                at = image[c][h * stride[0] + i * dilation[0]]
                                total += value * at[w * stride[1] + j * dilation[1]]
                    y[n, o, h, w] = total
    return y


def sliding_windows(x, kernel_size, stride, dilation):
    sizes, steps = [*x.shape[:2], *kernel_size], list(x.stride()[:2])
    for d in range(2):
        steps.append(dilation[d] * x.stride(2 + d))
    for d, size in enumerate(output_shape(x, kernel_size, stride, dilation)):
        sizes.append(size)
        steps.append(stride[d] * x.stride(2 + d))
    return torch.as_strided(x, sizes, steps, x.storage_offset())


def taps(windows):
    return [windows[:, :, i, j] for i in range(windows.shape[2]) for j in range(windows.shape[3])]


def seen(x, i, j, shape, stride, dilation):
    """What stands under the weight (i, j) of the kernel in all windows: a view."""
    top, left = i * dilation[0], j * dilation[1]
    bottom, right = top + (shape[0] - 1) * stride[0] + 1, left + (shape[1] - 1) * stride[1] + 1
    return x[:, :, top : bottom : stride[0], left : right : stride[1]]


def conv2d(x, weight, bias, stride, padding, dilation):
    padded = pad(x, padding)
    shape = output_shape(padded, weight.shape[2:], stride, dilation)
    y = torch.zeros(len(x), len(weight), *shape, dtype=x.dtype, device=x.device)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            under = seen(padded, i, j, shape, stride, dilation)
            for o in range(weight.shape[0]):
                for c in range(weight.shape[1]):
                    y[:, o] += under[:, c] * weight[o, c, i, j]
    if bias is not None:
        for o in range(len(bias)):
            y[:, o] += bias[o]
    return y


def conv2d_grad_weight(x, grad_y, kernel_size, stride, padding, dilation):
    padded, shape = pad(x, padding), grad_y.shape[2:]
    grad = torch.zeros(grad_y.shape[1], x.shape[1], *kernel_size, dtype=x.dtype, device=x.device)
    for i in range(kernel_size[0]):
        for j in range(kernel_size[1]):
            under = seen(padded, i, j, shape, stride, dilation)
            for o in range(grad_y.shape[1]):
                for c in range(x.shape[1]):
                    grad[o, c, i, j] = (under[:, c] * grad_y[:, o]).sum()
    return grad


def conv2d_grad_input(grad_y, weight, input_size, stride, padding, dilation):
    height, width = input_size[0] + 2 * padding[0], input_size[1] + 2 * padding[1]
    framed = torch.zeros(len(grad_y), weight.shape[1], height, width, dtype=grad_y.dtype, device=grad_y.device)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            under = seen(framed, i, j, grad_y.shape[2:], stride, dilation)
            for o in range(weight.shape[0]):
                for c in range(weight.shape[1]):
                    under[:, c] += grad_y[:, o] * weight[o, c, i, j]
    return crop(framed, padding)


class Conv2d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, *, bias=True):
        self.channels = in_channels, out_channels
        self.kernel, self.how = pair(kernel_size), (pair(stride), pair(padding, 0), pair(dilation))
        self.weight = Parameter(torch.zeros(out_channels, in_channels, *self.kernel))
        self.bias = Parameter(torch.zeros(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        k = fan_in_and_fan_out(self.weight.data)[0] ** -0.5
        for p in self.parameters():
            uniform_(p.data, -k, k)

    def forward(self, x):
        self.images, self.single = as_batch(x, self.channels[0]), x.dim() == 3
        y = conv2d(self.images, self.weight.data, self.bias.data if self.bias is not None else None, *self.how)
        return y[0] if self.single else y

    def backward(self, grad_y):
        if grad_y.dim() == 3:
            grad_y = grad_y[None]
        self.weight.grad += conv2d_grad_weight(self.images, grad_y, self.kernel, *self.how)
        if self.bias is not None:
            for o in range(self.channels[1]):
                self.bias.grad[o] += grad_y[:, o].sum()
        grad_x = conv2d_grad_input(grad_y, self.weight.data, tuple(self.images.shape[2:]), *self.how)
        return grad_x[0] if self.single else grad_x
