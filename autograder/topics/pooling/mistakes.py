"""Known mistakes of topic pooling, as executable wrong answers."""

import math

import torch

from solutions.conv import crop, sliding_windows

from ..common.model import Mistakes

MISTAKES = Mistakes("pooling")

TIES = "If two equal entries of a window both rise by δ, by how much does its largest rise?"
FIRST = "Which of several equal entries does the docstring name?"
CALLS_ADD = "One pixel lies in several windows. What happens to the gradients of several uses of one value?"
SIDES = "Which entry of `self.stride` belongs to the rows?"
BORDER = "What shape must grad_x have?"
AREA = "How many numbers are there in a window of K_H x K_W?"
SHARE = "By how much does the mean of n numbers change when one of them rises by δ?"


@MISTAKES.known(
    "MaxPool2d.backward",
    says="Where entries of a window are equal, each of them gets the whole gradient.",
    asks=TIES,
)
def every_tied_entry_gets_the_gradient(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    for place, candidate in zip(self.places(grad_padded), self.candidates, strict=True):
        place += grad_y * (candidate == self.y)
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known(
    "MaxPool2d.backward",
    says="Where entries of a window are equal, they share the gradient; in `torch.nn` the first of them gets it all.",
    asks=FIRST,
)
def gradient_split_among_ties(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    share = grad_y / (self.candidates == self.y).sum(0)
    for place, candidate in zip(self.places(grad_padded), self.candidates, strict=True):
        place += share * (candidate == self.y)
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known(
    "MaxPool2d.backward",
    says="Where entries of a window are equal, the last of them gets the gradient; in `torch.nn` it is the first.",
    asks="At which end do you begin to look for the winner?",
)
def last_winner(self, grad_y):
    grad_padded, left = grad_y.new_zeros(self.padded_shape), grad_y
    for place, candidate in zip(reversed(self.places(grad_padded)), self.candidates.flip(0), strict=True):
        place += left * (candidate == self.y)
        left = left * (candidate != self.y)
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known(
    "MaxPool2d.backward",
    says="Where windows overlap, a pixel that won several of them has the gradient of the last one only.",
    asks=CALLS_ADD,
)
def max_overlaps_overwrite(self, grad_y):
    grad_padded, winner = grad_y.new_zeros(self.padded_shape), self.candidates.argmax(0)
    places = self.places(grad_padded)
    for h in range(grad_y.shape[2]):
        for w in range(grad_y.shape[3]):
            for k, place in enumerate(places):
                won = winner[:, :, h, w] == k
                place[:, :, h, w] = torch.where(won, grad_y[:, :, h, w], place[:, :, h, w])
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known(
    "MaxPool2d.backward",
    says="All entries of a window share its gradient equally, as for a mean.",
    asks="If an entry that is not the largest rises a little, by how much does the largest change?",
)
def gradient_spread_evenly(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    places = self.places(grad_padded)
    for place in places:
        place += grad_y / len(places)
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known(
    "MaxPool2d.backward",
    says="Every entry of a window gets its whole gradient, whether it won or not.",
    asks="If an entry that is not the largest rises a little, by how much does the largest change?",
)
def gradient_to_all_of_the_window(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    for place in self.places(grad_padded):
        place += grad_y
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known(
    "MaxPool2d.backward",
    says="Your grad_x is right, but divided by the number of entries in a window.",
    asks="If the largest entry rises by δ, by how much does y rise?",
)
def max_gradient_divided_by_the_window(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    places, winner = self.places(grad_padded), self.candidates.argmax(0)
    for k, place in enumerate(places):
        place += grad_y * (winner == k) / len(places)
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known("MaxPool2d.backward", says="Your grad_x still has the border of the padded picture.", asks=BORDER)
def max_border_not_cut_off(self, grad_y):
    grad_padded, winner = grad_y.new_zeros(self.padded_shape), self.candidates.argmax(0)
    for k, place in enumerate(self.places(grad_padded)):
        place += grad_y * (winner == k)
    return grad_padded


@MISTAKES.known(
    "MaxPool2d.forward",
    says="At the border the zeros of your padding win over negative entries.",
    asks="Which number loses against every other?",
)
def padding_of_zeros_wins(self, x):
    self.candidates = torch.stack(self.places(self.padded(x, 0.0)))
    self.y = self.candidates.amax(0)
    return self.y.view(x.shape[:-3] + self.y.shape[1:])


@MISTAKES.known(
    "MaxPool2d.forward",
    says="Where all entries of a window are negative, your largest is 0.",
    asks="With which value does your search for the largest begin?",
)
def search_begins_at_zero(self, x):
    self.candidates = torch.stack(self.places(self.padded(x, -math.inf)))
    self.y = self.candidates.amax(0).clamp(min=0)
    return self.y.view(x.shape[:-3] + self.y.shape[1:])


@MISTAKES.known(
    "MaxPool2d.forward", says="Your windows move down by the stride's width, and to the side by its height.", asks=SIDES
)
def max_stride_exchanged(self, x):
    padded = self.padded(x, -math.inf)
    windows = sliding_windows(padded, self.kernel_size, self.stride[::-1], (1, 1)).flatten(2, 3)
    self.candidates = windows.movedim(2, 0)
    self.y = windows.amax(2)
    return self.y.reshape(x.shape[:-3] + self.y.shape[1:])


@MISTAKES.known(
    "MaxPool2d.forward",
    says="Your windows always lie side by side: the stride is not used.",
    asks="How far does a window move when kernel_size is 3 and stride is 1?",
)
def max_stride_ignored(self, x):
    padded = self.padded(x, -math.inf)
    windows = sliding_windows(padded, self.kernel_size, self.kernel_size, (1, 1)).flatten(2, 3)
    self.candidates = windows.movedim(2, 0)
    self.y = windows.amax(2)
    return self.y.reshape(x.shape[:-3] + self.y.shape[1:])


@MISTAKES.known(
    "MaxPool2d.forward",
    says="The rows and columns that are left over have a window of their own.",
    asks="Is the number of windows rounded up or down?",
)
def left_over_rows_get_a_window(self, x):
    padded = self.padded(x, -math.inf)
    (n, c, h, w), (kh, kw), (sh, sw) = padded.shape, self.kernel_size, self.stride
    wider = padded.new_full((n, c, h + -(h - kh) % sh, w + -(w - kw) % sw), -math.inf)
    wider[:, :, :h, :w] = padded
    windows = sliding_windows(wider, self.kernel_size, self.stride, (1, 1)).flatten(2, 3)
    self.candidates = windows.movedim(2, 0)
    self.y = windows.amax(2)
    return self.y.reshape(x.shape[:-3] + self.y.shape[1:])


@MISTAKES.known("AvgPool2d.forward", says="Your output is the sum of each window, not the mean.", asks=AREA)
def sum_of_the_window(self, x):
    padded = self.padded(x, 0.0)
    y = sum(self.places(padded))
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "AvgPool2d.forward", says="You divide by one side of the window, not by the number of its entries.", asks=AREA
)
def divided_by_one_side(self, x):
    padded = self.padded(x, 0.0)
    y = sum(self.places(padded)) / self.kernel_size[0]
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "AvgPool2d.forward",
    says="At the border you divide by the number of pixels without the padding; here its zeros count.",
    asks="What does the docstring say about the zeros of the padding?",
)
def padding_not_counted(self, x):
    padded, ones = self.padded(x, 0.0), self.padded(torch.ones_like(x), 0.0)
    y = sum(self.places(padded)) / sum(self.places(ones))
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "AvgPool2d.forward", says="Your windows move down by the stride's width, and to the side by its height.", asks=SIDES
)
def avg_stride_exchanged(self, x):
    padded = self.padded(x, 0.0)
    y = sliding_windows(padded, self.kernel_size, self.stride[::-1], (1, 1)).mean((2, 3))
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "AvgPool2d.forward",
    says="Your windows always lie side by side: the stride is not used.",
    asks="How far does a window move when kernel_size is 3 and stride is 1?",
)
def avg_stride_ignored(self, x):
    padded = self.padded(x, 0.0)
    y = sliding_windows(padded, self.kernel_size, self.kernel_size, (1, 1)).mean((2, 3))
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "AvgPool2d.backward", says="Every entry of a window gets its whole gradient: the division is missing.", asks=SHARE
)
def gradient_not_divided(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    for place in self.places(grad_padded):
        place += grad_y
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known(
    "AvgPool2d.backward",
    says="At the border your shares are those of a mean over the pixels without the padding.",
    asks="By how much does your forward divide in a corner?",
)
def share_without_the_padding(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    inside = torch.zeros_like(grad_padded)
    crop(inside, self.padding).fill_(1)
    share = grad_y / sum(self.places(inside))
    for place in self.places(grad_padded):
        place += share
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known(
    "AvgPool2d.backward",
    says="Where windows overlap, a pixel has the share of the last one only.",
    asks=CALLS_ADD,
)
def avg_overlaps_overwrite(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    places = self.places(grad_padded)
    for h in range(grad_y.shape[2]):
        for w in range(grad_y.shape[3]):
            for place in places:
                place[:, :, h, w] = grad_y[:, :, h, w] / len(places)
    return crop(grad_padded, self.padding).reshape(self.shape)


@MISTAKES.known("AvgPool2d.backward", says="Your grad_x still has the border of the padded picture.", asks=BORDER)
def avg_border_not_cut_off(self, grad_y):
    grad_padded = grad_y.new_zeros(self.padded_shape)
    places = self.places(grad_padded)
    for place in places:
        place += grad_y / len(places)
    return grad_padded
