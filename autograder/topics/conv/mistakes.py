"""Known mistakes of topic conv, as executable wrong answers. They call the solved functions of the same file."""

from solutions.conv import (
    as_batch,
    conv2d,
    conv2d_grad_input,
    conv2d_grad_weight,
    conv_output_size,
    pad,
    pair,
    sliding_windows,
)

from ..common.model import Mistakes

MISTAKES = Mistakes("conv")

WHERE_TO = "Where does the number that the constructor received go?"
HOW_MANY = "At how many places can the kernel begin if the stride is 1, and which of them does a larger stride visit?"
SAMPLES = "Who divides by N: the layer, or the loss whose mean it is?"


# --- conv_output_size ----------------------------------------------------------------------------------------------


@MISTAKES.known(
    "conv_output_size", says="Your size is one too small: the window that begins at 0 is missing.", asks=HOW_MANY
)
def output_size_without_the_first(size, kernel_size, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - (dilation * (kernel_size - 1) + 1)
    if room < 0:
        raise ValueError("the kernel does not fit")
    return room // stride


@MISTAKES.known(
    "conv_output_size",
    says="Your sizes are right where the stride fits the input exactly, and too large where rows are left over.",
    asks="May a window hang over the end of the input?",
)
def output_size_rounded_up(size, kernel_size, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - (dilation * (kernel_size - 1) + 1)
    if room < 0:
        raise ValueError("the kernel does not fit")
    return -(-room // stride) + 1


@MISTAKES.known(
    "conv_output_size",
    says="Your size divides the number of starting places by the stride and drops the rest.",
    asks=HOW_MANY,
)
def output_size_starts_divided(size, kernel_size, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - (dilation * (kernel_size - 1) + 1)
    if room < 0:
        raise ValueError("the kernel does not fit")
    return (room + 1) // stride


@MISTAKES.known(
    "conv_output_size", says="Your size counts the padding on one side only.", asks="On how many sides are rows added?"
)
def output_size_padding_once(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + padding - (dilation * (kernel_size - 1) + 1)) // stride + 1


@MISTAKES.known(
    "conv_output_size",
    says="Your sizes do not depend on the dilation.",
    asks="How many places does a kernel of 3 cover if its entries stand 2 apart?",
)
def output_size_without_dilation(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - kernel_size) // stride + 1


@MISTAKES.known(
    "conv_output_size",
    says="Your sizes are those of a kernel that covers D·K places.",
    asks="How many gaps are there between K entries?",
)
def output_size_one_gap_too_many(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * kernel_size) // stride + 1


# --- conv2d_naive --------------------------------------------------------------------------------------------------


@MISTAKES.known(
    "conv2d_naive",
    says="Your output is that of the kernel turned by 180°, which mathematicians call convolution.",
    asks="Which entry of the weight meets the upper left entry of a window, in the sum of the docstring?",
)
def naive_kernel_turned(x, weight, bias=None, stride=1, padding=0, dilation=1):
    return conv2d(x, weight.flip(2, 3), bias, pair(stride), pair(padding, 0), pair(dilation))


@MISTAKES.known(
    "conv2d_naive",
    says="The bias is in your output once for every term of the sum, C·KH·KW times instead of once.",
    asks="Inside which of the loops does the bias belong?",
)
def naive_bias_in_the_inner_loop(x, weight, bias=None, stride=1, padding=0, dilation=1):
    often = None if bias is None else bias * weight[0].numel()
    return conv2d(x, weight, often, pair(stride), pair(padding, 0), pair(dilation))


@MISTAKES.known(
    "conv2d_naive",
    says="Your output is that of the last input channel alone.",
    asks="Is the term of one channel added to those of the others, or put in their place?",
)
def naive_last_channel_alone(x, weight, bias=None, stride=1, padding=0, dilation=1):
    return conv2d(x[:, -1:], weight[:, -1:], bias, pair(stride), pair(padding, 0), pair(dilation))


@MISTAKES.known(
    "conv2d_naive",
    says="The number of windows is right, but the entries of each stand next to each other, whatever the dilation.",
    asks="By how much does the place in x move when i grows by one?",
)
def naive_dense_windows(x, weight, bias=None, stride=1, padding=0, dilation=1):
    dilation, padding = pair(dilation), pair(padding, 0)
    kh, kw = weight.shape[2:]
    x = pad(x, padding)
    x = x[:, :, : x.shape[2] - (dilation[0] - 1) * (kh - 1), : x.shape[3] - (dilation[1] - 1) * (kw - 1)]
    return conv2d(x, weight, bias, pair(stride), (0, 0), (1, 1))


@MISTAKES.known(
    "conv2d_naive",
    says="All of your padding is below and to the right of the image.",
    asks="Where in the padded tensor does x[0, 0, 0, 0] belong?",
)
def naive_padding_at_one_side(x, weight, bias=None, stride=1, padding=0, dilation=1):
    ph, pw = pair(padding, 0)
    moved = pad(x, (ph, pw)).roll((-ph, -pw), (2, 3))
    return conv2d(moved, weight, bias, pair(stride), (0, 0), pair(dilation))


# --- sliding_windows -----------------------------------------------------------------------------------------------


@MISTAKES.known(
    "sliding_windows",
    says="Your windows are right, but the places (h, w) stand before the entries (i, j).",
    asks="In which order does the docstring have the indices?",
)
def windows_places_first(x, kernel_size, stride, dilation):
    (kh, kw), (sh, sw), (dh, dw) = kernel_size, stride, dilation
    n, c, h, w = x.shape
    ho, wo = conv_output_size(h, kh, sh, 0, dh), conv_output_size(w, kw, sw, 0, dw)
    a, b, row, column = x.stride()
    return x.as_strided((n, c, ho, wo, kh, kw), (a, b, sh * row, sw * column, dh * row, dw * column))


@MISTAKES.known(
    "sliding_windows",
    says="Your windows' entries stand next to each other, whatever the dilation.",
    asks="How many rows of x is one step in i?",
)
def windows_dense(x, kernel_size, stride, dilation):
    (kh, kw), (sh, sw), (dh, dw) = kernel_size, stride, dilation
    n, c, h, w = x.shape
    ho, wo = conv_output_size(h, kh, sh, 0, dh), conv_output_size(w, kw, sw, 0, dw)
    a, b, row, column = x.stride()
    return x.as_strided((n, c, kh, kw, ho, wo), (a, b, row, column, sh * row, sw * column))


@MISTAKES.known(
    "sliding_windows",
    says="Neighbouring windows of yours are one place apart, whatever the stride.",
    asks="How many rows of x is one step in h?",
)
def windows_at_every_place(x, kernel_size, stride, dilation):
    (kh, kw), (sh, sw), (dh, dw) = kernel_size, stride, dilation
    n, c, h, w = x.shape
    ho, wo = conv_output_size(h, kh, sh, 0, dh), conv_output_size(w, kw, sw, 0, dw)
    a, b, row, column = x.stride()
    return x.as_strided((n, c, kh, kw, ho, wo), (a, b, dh * row, dw * column, row, column))


@MISTAKES.known(
    "sliding_windows",
    says="Your windows are a copy: what is added to them does not reach x.",
    asks="Which of these give a view of x, and which new memory: `as_strided`, `unfold`, `reshape`, `stack`?",
)
def windows_copied(x, kernel_size, stride, dilation):
    (kh, kw), (sh, sw), (dh, dw) = kernel_size, stride, dilation
    n, c, h, w = x.shape
    ho, wo = conv_output_size(h, kh, sh, 0, dh), conv_output_size(w, kw, sw, 0, dw)
    a, b, row, column = x.stride()
    windows = x.as_strided((n, c, kh, kw, ho, wo), (a, b, dh * row, dw * column, sh * row, sw * column))
    return windows.clone()


# --- conv2d --------------------------------------------------------------------------------------------------------


@MISTAKES.known(
    "conv2d",
    says="Your output is that of the kernel turned by 180°, which mathematicians call convolution.",
    asks="Which entry of the weight meets the upper left entry of a window, in the sum at the top of the file?",
)
def kernel_turned(x, weight, bias, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), weight.shape[2:], stride, dilation)
    y = weight.flip(2, 3).flatten(1) @ windows.flatten(1, 3).flatten(2)
    y = y if bias is None else y + bias[:, None]
    return y.view(*y.shape[:2], *windows.shape[4:])


@MISTAKES.known(
    "conv2d",
    says="Your output has the right numbers in the wrong order: `view` or `reshape` stands where a transpose belongs.",
    asks="How do the rows of your product run: for each place all channels, or for each channel all places?",
)
def view_where_a_transpose_belongs(x, weight, bias, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), weight.shape[2:], stride, dilation)
    y = windows.flatten(1, 3).flatten(2).transpose(1, 2) @ weight.flatten(1).T
    y = y if bias is None else y + bias
    return y.reshape(len(x), len(weight), *windows.shape[4:])


@MISTAKES.known(
    "conv2d",
    says="Your output has the right numbers in the wrong order: the places of a window were taken before its channels.",
    asks="The rows of weight.flatten(1) run over c, then i, then j. In which order do the rows of your columns run?",
)
def channels_after_places(x, weight, bias, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), weight.shape[2:], stride, dilation)
    y = weight.flatten(1) @ windows.permute(0, 2, 3, 1, 4, 5).flatten(1, 3).flatten(2)
    y = y if bias is None else y + bias[:, None]
    return y.view(*y.shape[:2], *windows.shape[4:])


@MISTAKES.known("conv2d", says="Your output is the right one without the bias.", asks="What is y for x = 0?")
def output_without_bias(x, weight, bias, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), weight.shape[2:], stride, dilation)
    y = weight.flatten(1) @ windows.flatten(1, 3).flatten(2)
    return y.view(*y.shape[:2], *windows.shape[4:])


# --- conv2d_grad_weight --------------------------------------------------------------------------------------------


@MISTAKES.known(
    "conv2d_grad_weight", says="Your weight gradient is the right one divided by the batch size.", asks=SAMPLES
)
def grad_weight_divided_by_batch(x, grad_y, kernel_size, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), kernel_size, stride, dilation)
    grad = grad_y.flatten(2) @ windows.flatten(1, 3).flatten(2).transpose(1, 2)
    return grad.mean(0).view(grad.shape[1], x.shape[1], *kernel_size)


@MISTAKES.known(
    "conv2d_grad_weight",
    says="Your weight gradient is that of the last sample alone.",
    asks="One weight was used for every sample: what becomes of the contributions of the others?",
)
def grad_weight_of_the_last_sample(x, grad_y, kernel_size, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), kernel_size, stride, dilation)
    grad = grad_y.flatten(2) @ windows.flatten(1, 3).flatten(2).transpose(1, 2)
    return grad[-1].view(grad.shape[1], x.shape[1], *kernel_size)


@MISTAKES.known(
    "conv2d_grad_weight",
    says="Your weight gradient has the right numbers in the wrong order: `view` or `reshape` stands where a transpose "
    "belongs.",
    asks="Do your rows run over the output channels, or over the entries of a window?",
)
def grad_weight_viewed_not_transposed(x, grad_y, kernel_size, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), kernel_size, stride, dilation)
    grad = windows.flatten(1, 3).flatten(2) @ grad_y.flatten(2).transpose(1, 2)
    return grad.sum(0).view(grad_y.shape[1], x.shape[1], *kernel_size)


@MISTAKES.known(
    "conv2d_grad_weight",
    says="Your weight gradient is turned by 180°: each entry stands in the corner opposite to its own.",
    asks="Which x does weight[o, c, 0, 0] meet in the first window: the upper left one or the lower right one?",
)
def grad_weight_turned(x, grad_y, kernel_size, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), kernel_size, stride, dilation)
    grad = grad_y.flatten(2) @ windows.flatten(1, 3).flatten(2).transpose(1, 2)
    return grad.sum(0).view(grad.shape[1], x.shape[1], *kernel_size).flip(2, 3)


@MISTAKES.known(
    "conv2d_grad_weight",
    says="Your weight gradient is the mean over the places of the output, where the sum belongs.",
    asks="One weight was used at every place: how do its contributions come together?",
)
def grad_weight_averaged_over_places(x, grad_y, kernel_size, stride, padding, dilation):
    windows = sliding_windows(pad(x, padding), kernel_size, stride, dilation)
    grad = grad_y.flatten(2) @ windows.flatten(1, 3).flatten(2).transpose(1, 2)
    return grad.sum(0).view(grad.shape[1], x.shape[1], *kernel_size) / grad_y[0, 0].numel()


# --- conv2d_grad_input ---------------------------------------------------------------------------------------------


@MISTAKES.known(
    "conv2d_grad_input",
    says="Your grad_x is that of the kernel turned by 180°.",
    asks="Forward, x at (h + i, w + j) was multiplied by weight[i, j]. Which weight belongs to it on the way back?",
)
def grad_input_kernel_turned(grad_y, weight, input_size, stride, padding, dilation):
    (h, w), (ph, pw) = input_size, padding
    padded = grad_y.new_zeros(len(grad_y), weight.shape[1], h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(padded, weight.shape[2:], stride, dilation)
    columns = (weight.flip(2, 3).flatten(1).T @ grad_y.flatten(2)).view(windows.shape)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            windows[:, :, i, j] += columns[:, :, i, j]
    return padded[:, :, ph : ph + h, pw : pw + w]


@MISTAKES.known(
    "conv2d_grad_input",
    says="Your grad_x is that of a weight whose channels were reshaped; that does not exchange dimensions.",
    asks="On the way back o is summed and c stays. Which operation exchanges two dimensions of the weight?",
)
def grad_input_channels_not_swapped(grad_y, weight, input_size, stride, padding, dilation):
    (h, w), (ph, pw) = input_size, padding
    padded = grad_y.new_zeros(len(grad_y), weight.shape[1], h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(padded, weight.shape[2:], stride, dilation)
    swapped = weight.reshape(weight.shape[1], weight.shape[0], *weight.shape[2:]).transpose(0, 1)
    columns = (swapped.flatten(1).T @ grad_y.flatten(2)).view(windows.shape)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            windows[:, :, i, j] += columns[:, :, i, j]
    return padded[:, :, ph : ph + h, pw : pw + w]


@MISTAKES.known(
    "conv2d_grad_input",
    says="`view` or `reshape` stands where weightᵀ belongs: the numbers are the right ones, in the wrong places.",
    asks="What is the second row of weightᵀ, and what is the second row of your matrix?",
)
def grad_input_view_where_a_transpose_belongs(grad_y, weight, input_size, stride, padding, dilation):
    (h, w), (ph, pw) = input_size, padding
    padded = grad_y.new_zeros(len(grad_y), weight.shape[1], h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(padded, weight.shape[2:], stride, dilation)
    columns = (weight.reshape(-1, len(weight)) @ grad_y.flatten(2)).view(windows.shape)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            windows[:, :, i, j] += columns[:, :, i, j]
    return padded[:, :, ph : ph + h, pw : pw + w]


@MISTAKES.known(
    "conv2d_grad_input",
    says="Where windows overlap, your grad_x has the contribution of one of them instead of the sum of all.",
    asks="An entry of x was used in several windows: what happens to their contributions?",
)
def grad_input_overlaps_overwritten(grad_y, weight, input_size, stride, padding, dilation):
    (h, w), (ph, pw) = input_size, padding
    padded = grad_y.new_zeros(len(grad_y), weight.shape[1], h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(padded, weight.shape[2:], stride, dilation)
    columns = (weight.flatten(1).T @ grad_y.flatten(2)).view(windows.shape)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            windows[:, :, i, j] = columns[:, :, i, j]
    return padded[:, :, ph : ph + h, pw : pw + w]


@MISTAKES.known(
    "conv2d_grad_input",
    says="Your grad_x is 0 everywhere: what is added goes into a copy.",
    asks="Of all that stands between the zeros you made and the place where you add, what gives new memory?",
)
def grad_input_added_to_a_copy(grad_y, weight, input_size, stride, padding, dilation):
    (h, w), (ph, pw) = input_size, padding
    padded = grad_y.new_zeros(len(grad_y), weight.shape[1], h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(padded, weight.shape[2:], stride, dilation).clone()
    columns = (weight.flatten(1).T @ grad_y.flatten(2)).view(windows.shape)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            windows[:, :, i, j] += columns[:, :, i, j]
    return padded[:, :, ph : ph + h, pw : pw + w]


@MISTAKES.known(
    "conv2d_grad_input",
    says="Your grad_x is the gradient of the padded image, cut off at the lower right only.",
    asks="Where in the padded tensor does x[0, 0, 0, 0] lie?",
)
def grad_input_padding_cropped_at_one_side(grad_y, weight, input_size, stride, padding, dilation):
    (h, w), (ph, pw) = input_size, padding
    padded = grad_y.new_zeros(len(grad_y), weight.shape[1], h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(padded, weight.shape[2:], stride, dilation)
    columns = (weight.flatten(1).T @ grad_y.flatten(2)).view(windows.shape)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            windows[:, :, i, j] += columns[:, :, i, j]
    return padded[:, :, :h, :w]


@MISTAKES.known(
    "conv2d_grad_input",
    says="The rows and columns that no window reached are at the top and on the left of your grad_x.",
    asks="Where does the first window lie, and at which end are entries left over?",
)
def grad_input_rest_at_the_top(grad_y, weight, input_size, stride, padding, dilation):
    (h, w), (ph, pw) = input_size, padding
    padded = grad_y.new_zeros(len(grad_y), weight.shape[1], h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(padded, weight.shape[2:], stride, dilation)
    columns = (weight.flatten(1).T @ grad_y.flatten(2)).view(windows.shape)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            windows[:, :, i, j] += columns[:, :, i, j]
    reached = [(windows.shape[4 + k] - 1) * stride[k] + (weight.shape[2 + k] - 1) * dilation[k] + 1 for k in (0, 1)]
    rest = padded.shape[2] - reached[0], padded.shape[3] - reached[1]
    return padded.roll(rest, (2, 3))[:, :, ph : ph + h, pw : pw + w]


@MISTAKES.known(
    "conv2d_grad_input",
    says="One row and one column are cut off at each side of your grad_x, whatever the padding.",
    asks="How many rows did `pad` add above, and how many below?",
)
def grad_input_one_cropped_always(grad_y, weight, input_size, stride, padding, dilation):
    (h, w), (ph, pw) = input_size, padding
    padded = grad_y.new_zeros(len(grad_y), weight.shape[1], h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(padded, weight.shape[2:], stride, dilation)
    columns = (weight.flatten(1).T @ grad_y.flatten(2)).view(windows.shape)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            windows[:, :, i, j] += columns[:, :, i, j]
    return padded[:, :, 1:-1, 1:-1]


@MISTAKES.known(
    "conv2d_grad_input",
    says="Rows or columns that no window reached are missing in your grad_x.",
    asks="What is the gradient of an entry of x that no output depends on, and does it belong to grad_x?",
)
def grad_input_rest_missing(grad_y, weight, input_size, stride, padding, dilation):
    (n, _, *places), (_, c, *kernel) = grad_y.shape, weight.shape
    reached = [(places[k] - 1) * stride[k] + (kernel[k] - 1) * dilation[k] + 1 for k in (0, 1)]
    padded = grad_y.new_zeros(n, c, *reached)
    windows = sliding_windows(padded, kernel, stride, dilation)
    columns = (weight.flatten(1).T @ grad_y.flatten(2)).view(windows.shape)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            windows[:, :, i, j] += columns[:, :, i, j]
    return padded[:, :, padding[0] : padding[0] + input_size[0], padding[1] : padding[1] + input_size[1]]


# --- Conv2d --------------------------------------------------------------------------------------------------------


@MISTAKES.known("Conv2d.forward", says="Your output is that of stride 1, whatever stride was given.", asks=WHERE_TO)
def stride_ignored(self, x):
    self.x = x
    bias = None if self.bias is None else self.bias.data
    y = conv2d(as_batch(x, self.in_channels), self.weight.data, bias, (1, 1), self.padding, self.dilation)
    return y.view(x.shape[:-3] + y.shape[1:])


@MISTAKES.known("Conv2d.forward", says="Your output is that of padding 0, whatever padding was given.", asks=WHERE_TO)
def padding_ignored(self, x):
    self.x = x
    bias = None if self.bias is None else self.bias.data
    y = conv2d(as_batch(x, self.in_channels), self.weight.data, bias, self.stride, (0, 0), self.dilation)
    return y.view(x.shape[:-3] + y.shape[1:])


@MISTAKES.known("Conv2d.forward", says="Your output is that of dilation 1, whatever dilation was given.", asks=WHERE_TO)
def dilation_ignored(self, x):
    self.x = x
    bias = None if self.bias is None else self.bias.data
    y = conv2d(as_batch(x, self.in_channels), self.weight.data, bias, self.stride, self.padding, (1, 1))
    return y.view(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "Conv2d.forward",
    says="Your windows go down with the stride of the width, and to the right with that of the height.",
    asks="Which of the two numbers of a pair comes first?",
)
def stride_of_height_and_width_exchanged(self, x):
    self.x = x
    bias = None if self.bias is None else self.bias.data
    y = conv2d(as_batch(x, self.in_channels), self.weight.data, bias, self.stride[::-1], self.padding, self.dilation)
    return y.view(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "Conv2d.forward",
    says="Your layer uses the first number of stride for both directions.",
    asks="What is the second number of the pair for?",
)
def stride_of_the_height_for_both(self, x):
    self.x = x
    bias = None if self.bias is None else self.bias.data
    stride = self.stride[0], self.stride[0]
    y = conv2d(as_batch(x, self.in_channels), self.weight.data, bias, stride, self.padding, self.dilation)
    return y.view(x.shape[:-3] + y.shape[1:])


@MISTAKES.known("Conv2d.forward", says="Your output is the right one without the bias.", asks="What is y for x = 0?")
def bias_ignored(self, x):
    self.x = x
    y = conv2d(as_batch(x, self.in_channels), self.weight.data, None, self.stride, self.padding, self.dilation)
    return y.view(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "Conv2d.backward",
    says="The gradients of the last backward stand where the sum over all backward calls belongs.",
    asks="What should weight.grad hold after two backward calls without zero_grad between them?",
)
def grads_overwritten(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    geometry = self.stride, self.padding, self.dilation
    self.weight.grad = conv2d_grad_weight(x, g, self.kernel_size, *geometry)
    if self.bias is not None:
        self.bias.grad = g.sum((0, 2, 3))
    return conv2d_grad_input(g, self.weight.data, x.shape[2:], *geometry).view(self.x.shape)


@MISTAKES.known(
    "Conv2d.backward",
    says="Your bias gradient is the mean over samples and places, where the sum belongs.",
    asks="b is added at every place of every sample: how many paths lead from one b to the loss?",
)
def bias_grad_averaged(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    geometry = self.stride, self.padding, self.dilation
    self.weight.grad += conv2d_grad_weight(x, g, self.kernel_size, *geometry)
    if self.bias is not None:
        self.bias.grad += g.mean((0, 2, 3))
    return conv2d_grad_input(g, self.weight.data, x.shape[2:], *geometry).view(self.x.shape)


@MISTAKES.known("Conv2d.backward", says="Your bias gradient is the right one divided by the batch size.", asks=SAMPLES)
def bias_grad_divided_by_batch(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    geometry = self.stride, self.padding, self.dilation
    self.weight.grad += conv2d_grad_weight(x, g, self.kernel_size, *geometry)
    if self.bias is not None:
        self.bias.grad += g.sum((2, 3)).mean(0)
    return conv2d_grad_input(g, self.weight.data, x.shape[2:], *geometry).view(self.x.shape)


@MISTAKES.known(
    "Conv2d.backward", says="Your weight gradient is the right one divided by the batch size.", asks=SAMPLES
)
def weight_grad_divided_by_batch(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    geometry = self.stride, self.padding, self.dilation
    self.weight.grad += conv2d_grad_weight(x, g, self.kernel_size, *geometry) / len(x)
    if self.bias is not None:
        self.bias.grad += g.sum((0, 2, 3))
    return conv2d_grad_input(g, self.weight.data, x.shape[2:], *geometry).view(self.x.shape)


@MISTAKES.known(
    "Conv2d.backward", says="Both parameter gradients are the right ones divided by the batch size.", asks=SAMPLES
)
def both_grads_divided_by_batch(self, grad_y):
    x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
    geometry = self.stride, self.padding, self.dilation
    self.weight.grad += conv2d_grad_weight(x, g, self.kernel_size, *geometry) / len(x)
    if self.bias is not None:
        self.bias.grad += g.sum((2, 3)).mean(0)
    return conv2d_grad_input(g, self.weight.data, x.shape[2:], *geometry).view(self.x.shape)
