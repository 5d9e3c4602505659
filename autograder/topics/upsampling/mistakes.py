"""Known mistakes of topic upsampling, as executable wrong answers."""

import torch

from solutions.conv import as_batch, conv2d, conv2d_grad_input, conv2d_grad_weight

from ..common.model import Mistakes

MISTAKES = Mistakes("upsampling")

USES = "One entry of x stands at many places of y. What happens to the gradients of several uses of one value?"
FACTORS = "Which entry of `self.scale_factor` belongs to the rows?"
NEIGHBOURS = "Which entries of x stand beside each other in the first row of y?"
ONE = "What should y look like when x has a single 1, and the kernel is 1, 2, 3?"
SHAPE = "What does the docstring say about the shape of weight?"
WHERE = "On which sides does output_padding add?"
LAST = "What should weight.grad hold after two backward calls without zero_grad between them?"
PATHS = "The bias is added to every pixel: how many paths lead from one entry of it to the loss?"


@MISTAKES.known("Upsample.backward", says="Your grad_x is the mean of each block, not its sum.", asks=USES)
def backward_averages(self, grad_y):
    (n, c, h, w), (sh, sw) = self.shape, self.scale_factor
    return grad_y.reshape(n, c, h, sh, w, sw).mean((3, 5))


@MISTAKES.known(
    "Upsample.backward",
    says="Your grad_x is the first entry of each block times their number: right only where all are equal.",
    asks=USES,
)
def one_sample_times_the_block(self, grad_y):
    sh, sw = self.scale_factor
    return grad_y[:, :, ::sh, ::sw] * (sh * sw)


@MISTAKES.known("Upsample.backward", says="Your grad_x is the first entry of each block alone.", asks=USES)
def one_sample(self, grad_y):
    sh, sw = self.scale_factor
    return grad_y[:, :, ::sh, ::sw].clone()


@MISTAKES.known(
    "Upsample.backward",
    says="Your blocks are as high as they should be wide, and as wide as high.",
    asks=FACTORS,
)
def factors_exchanged_in_backward(self, grad_y):
    (n, c, h, w), (sw, sh) = self.shape, self.scale_factor
    return grad_y.reshape(n, c, h, sh, w, sw).sum((3, 5))


@MISTAKES.known(
    "Upsample.backward", says="You sum entries that lie a whole picture apart, not those of a block.", asks=NEIGHBOURS
)
def tiles_summed(self, grad_y):
    (n, c, h, w), (sh, sw) = self.shape, self.scale_factor
    return grad_y.reshape(n, c, sh, h, sw, w).sum((2, 4))


@MISTAKES.known("Upsample.forward", says="The factors for height and width are exchanged.", asks=FACTORS)
def factors_exchanged(self, x):
    self.shape = x.shape
    sw, sh = self.scale_factor
    return x.repeat_interleave(sh, 2).repeat_interleave(sw, 3)


@MISTAKES.known("Upsample.forward", says="You take the factor for the height in both directions.", asks=FACTORS)
def one_factor_for_both(self, x):
    self.shape = x.shape
    factor = self.scale_factor[0]
    return x.repeat_interleave(factor, 2).repeat_interleave(factor, 3)


@MISTAKES.known(
    "Upsample.forward", says="You repeat the whole picture, like tiles, instead of each entry.", asks=NEIGHBOURS
)
def tiled(self, x):
    self.shape = x.shape
    return x.repeat(1, 1, *self.scale_factor)


@MISTAKES.known(
    "Upsample.forward",
    says="Each entry stands at the first place of its block, and the rest of the block is 0.",
    asks="Which entry of x is nearest to a place between two entries?",
)
def zeros_between(self, x):
    self.shape = x.shape
    (n, c, h, w), (sh, sw) = x.shape, self.scale_factor
    y = x.new_zeros(n, c, sh * h, sw * w)
    y[:, :, ::sh, ::sw] = x
    return y


@MISTAKES.known("ConvTranspose2d.forward", says="Your kernel is flipped in both directions.", asks=ONE)
def kernel_flipped(self, x):
    self.x = x
    batch = as_batch(x, self.in_channels)
    y = conv2d_grad_input(batch, self.weight.data.flip(2, 3), self.output_size(batch), *self.geometry)
    if self.bias is not None:
        y = y + self.bias.data[:, None, None]
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "ConvTranspose2d.forward", says="The weight is read as if its first dimension were the output channels.", asks=SHAPE
)
def weight_read_as_out_in(self, x):
    self.x = x
    batch = as_batch(x, self.in_channels)
    weight = self.weight.data.reshape(self.out_channels, self.in_channels, *self.kernel_size).transpose(0, 1)
    y = conv2d_grad_input(batch, weight.contiguous(), self.output_size(batch), *self.geometry)
    if self.bias is not None:
        y = y + self.bias.data[:, None, None]
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "ConvTranspose2d.forward",
    says="The stride is not used: your kernels lie one place apart.",
    asks="How far apart are the kernels that two neighbours of x lay down?",
)
def stride_ignored(self, x):
    self.x = x
    batch, (ph, pw) = as_batch(x, self.in_channels), self.padding
    sizes = zip(batch.shape[2:], self.kernel_size, self.dilation, self.output_padding, strict=True)
    h, w = (n - 1 + d * (k - 1) + 1 + e for n, k, d, e in sizes)
    y = conv2d_grad_input(batch, self.weight.data, (h, w), (1, 1), (0, 0), self.dilation)
    y = y[:, :, ph : max(ph, h - ph), pw : max(pw, w - pw)]
    if self.bias is not None:
        y = y + self.bias.data[:, None, None]
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "ConvTranspose2d.forward",
    says="The dilation is not used: the entries of your kernel lie side by side.",
    asks="At which places does a kernel of 1, 2, 3 with dilation 2 put its entries?",
)
def dilation_ignored(self, x):
    self.x = x
    batch, (ph, pw) = as_batch(x, self.in_channels), self.padding
    sizes = zip(batch.shape[2:], self.kernel_size, self.stride, self.output_padding, strict=True)
    h, w = ((n - 1) * s + k + e for n, k, s, e in sizes)
    y = conv2d_grad_input(batch, self.weight.data, (h, w), self.stride, (0, 0), (1, 1))
    y = y[:, :, ph : max(ph, h - ph), pw : max(pw, w - pw)]
    if self.bias is not None:
        y = y + self.bias.data[:, None, None]
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "ConvTranspose2d.forward",
    says="The padding is not used: your output still has the rows and columns that it takes away.",
    asks="A convolution adds its padding to the input. What is that, turned round?",
)
def padding_ignored(self, x):
    self.x = x
    batch = as_batch(x, self.in_channels)
    size = tuple(n + 2 * p for n, p in zip(self.output_size(batch), self.padding, strict=True))
    y = conv2d_grad_input(batch, self.weight.data, size, self.stride, (0, 0), self.dilation)
    if self.bias is not None:
        y = y + self.bias.data[:, None, None]
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "ConvTranspose2d.forward",
    says="The output_padding is not used: rows at the bottom and columns on the right are missing.",
    asks=WHERE,
)
def output_padding_ignored(self, x):
    self.x = x
    batch = as_batch(x, self.in_channels)
    y = conv2d_grad_input(batch, self.weight.data, self.output_size(batch), *self.geometry)
    height, width = (max(0, n - e) for n, e in zip(y.shape[2:], self.output_padding, strict=True))
    y = y[:, :, :height, :width]
    if self.bias is not None:
        y = y + self.bias.data[:, None, None]
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "ConvTranspose2d.forward", says="Your output_padding adds rows at the top and columns on the left.", asks=WHERE
)
def output_padding_at_the_top_left(self, x):
    self.x = x
    batch, (top, left), (ph, pw) = as_batch(x, self.in_channels), self.output_padding, self.padding
    h, w = (n + 2 * p for n, p in zip(self.output_size(batch), self.padding, strict=True))
    canvas = conv2d_grad_input(batch, self.weight.data, (h, w), self.stride, (0, 0), self.dilation)
    y = torch.zeros_like(canvas)
    y[:, :, top:, left:] = canvas[:, :, : h - top, : w - left]
    y = y[:, :, ph : h - ph, pw : w - pw]
    if self.bias is not None:
        y = y + self.bias.data[:, None, None]
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "ConvTranspose2d.forward", says="Your output is the right one without the bias.", asks="What is y for x = 0?"
)
def no_bias(self, x):
    self.x = x
    batch = as_batch(x, self.in_channels)
    y = conv2d_grad_input(batch, self.weight.data, self.output_size(batch), *self.geometry)
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known("ConvTranspose2d.backward", says="Your gradients belong to a layer whose kernel is flipped.", asks=ONE)
def gradients_of_a_flipped_kernel(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    if self.bias is not None:
        self.bias.grad += g.sum((0, 2, 3))
    self.weight.grad += conv2d_grad_weight(g, x, self.kernel_size, *self.geometry).flip(2, 3)
    grad_x = conv2d(g, self.weight.data.flip(2, 3), None, *self.geometry)
    return grad_x[..., : x.shape[2], : x.shape[3]].reshape(self.x.shape)


@MISTAKES.known(
    "ConvTranspose2d.backward", says="Your bias gradient is the mean over samples and pixels, not the sum.", asks=PATHS
)
def bias_gradient_averaged(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    if self.bias is not None:
        self.bias.grad += g.mean((0, 2, 3))
    self.weight.grad += conv2d_grad_weight(g, x, self.kernel_size, *self.geometry)
    grad_x = conv2d(g, self.weight.data, None, *self.geometry)
    return grad_x[..., : x.shape[2], : x.shape[3]].reshape(self.x.shape)


@MISTAKES.known(
    "ConvTranspose2d.backward",
    says="Your weight gradient is the right one divided by the batch size.",
    asks="Who divides by N: the layer, or the loss whose mean it is?",
)
def weight_gradient_divided_by_batch(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    if self.bias is not None:
        self.bias.grad += g.sum((0, 2, 3))
    self.weight.grad += conv2d_grad_weight(g, x, self.kernel_size, *self.geometry) / len(x)
    grad_x = conv2d(g, self.weight.data, None, *self.geometry)
    return grad_x[..., : x.shape[2], : x.shape[3]].reshape(self.x.shape)


@MISTAKES.known(
    "ConvTranspose2d.backward",
    says="Your gradients are those of a kernel whose entries lie side by side: the dilation is not used.",
    asks="At which places of y did forward put the entries of the kernel?",
)
def dilation_ignored_in_backward(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    if self.bias is not None:
        self.bias.grad += g.sum((0, 2, 3))
    geometry = self.stride, self.padding, (1, 1)
    self.weight.grad += conv2d_grad_weight(g, x, self.kernel_size, *geometry)
    grad_x = conv2d(g, self.weight.data, None, *geometry)
    return grad_x[..., : x.shape[2], : x.shape[3]].reshape(self.x.shape)


@MISTAKES.known(
    "ConvTranspose2d.backward",
    says="The gradients of the last backward stand where the sum over all backward calls belongs.",
    asks=LAST,
)
def grads_overwritten(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    if self.bias is not None:
        self.bias.grad = g.sum((0, 2, 3))
    self.weight.grad = conv2d_grad_weight(g, x, self.kernel_size, *self.geometry)
    grad_x = conv2d(g, self.weight.data, None, *self.geometry)
    return grad_x[..., : x.shape[2], : x.shape[3]].reshape(self.x.shape)
