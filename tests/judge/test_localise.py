"""What is said of wrong numbers: the words for each way to spoil a tensor, and that none of them is ever false."""

import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.judge import compare
from autograder.judge.localise import NOTHING_KNOWN, Setting, Size
from autograder.judge.setting import setting
from autograder.program import Fn, Program
from autograder.sandbox.interpreter import Outcome

NAMES = ("sample", "channel", "row", "column")
NAN, INF = math.nan, math.inf


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


IMAGES = normal(2, 3, 4, 5)
SQUARES = normal(2, 2, 4, 4, seed=1)
X, GRAD_Y = normal(2, 3, 4, 5, seed=2), normal(2, 3, 4, 5, seed=3)
INPUTS = {"x": X, "grad_y": GRAD_Y}
SIZES = {"N": Size("N", (2,)), "C": Size("C", (3,)), "H·W": Size("H·W", (4, 5)), "1-p": Size("1-p", (0.8,))}


def said(expected, got, inputs=INPUTS, sizes=SIZES, axes=NAMES, others=(), how="values"):
    known = Setting(inputs, sizes, axes if expected.dim() == len(axes) else ())
    seen = [(Outcome(value=e), Outcome(value=g), s) for e, g, s in ((expected, got, known), *others)]
    return compare.explained(how, *seen)


def at(indices, change, tensor=IMAGES):
    """The tensor, changed at some indices only."""
    got = tensor.clone()
    got[indices] = change(got[indices])
    return got


def noise(tensor):
    return tensor + 1 + normal(*tensor.shape, seed=7).abs()


def on_border(tensor):
    got = noise(tensor)
    got[..., 1:-1, 1:-1] = tensor[..., 1:-1, 1:-1]
    return got


EVERYWHERE = "120 of 120 entries differ: "
PLACES = [
    (at((0,), noise), "60 of 120 entries differ, only in the first sample; "),
    (at((1,), noise), "60 of 120 entries differ, only in the last sample; "),
    (at((slice(None), 0), noise), "40 of 120 entries differ, only in the first channel; "),
    (at((slice(None), 1), noise), "40 of 120 entries differ, only in channel 1 (counted from 0); "),
    (at((slice(None), slice(1, None)), noise), "80 of 120 entries differ, only after the first channel; "),
    (at((..., -1, slice(None)), noise), "30 of 120 entries differ, only in the last row; "),
    (at((..., 0), noise), "24 of 120 entries differ, only in the first column; "),
    (at((..., slice(0, None, 2), slice(None)), noise), "only in every second row, from the first on; "),
    (at((..., slice(1, None, 2)), noise), "only in every second column, from the second on; "),
    (on_border(IMAGES), "84 of 120 entries differ, only on the border; "),
    (at((..., [0, 0, -1, -1], [0, -1, 0, -1]), noise), "24 of 120 entries differ, only at the corners; "),
    (torch.where(X < 0, noise(IMAGES), IMAGES), "entries differ, only where x < 0; "),
    (torch.where(GRAD_Y > 0, noise(IMAGES), IMAGES), "entries differ, only where grad_y > 0; "),
    (torch.where(IMAGES < 0, noise(IMAGES), IMAGES), "entries differ, only where a negative number is expected; "),
    (on_border(IMAGES) * 0 + torch.where(on_border(IMAGES) != IMAGES, IMAGES / 2, IMAGES), "border: each is half of"),
]


@pytest.mark.parametrize(("got", "says"), PLACES, ids=[says.strip("; ")[-30:] for _, says in PLACES])
def test_where_it_is_wrong(got, says):
    assert says in said(IMAGES, got)


PATTERNS = [
    (IMAGES, IMAGES / 2, EVERYWHERE + "each is half of the expected one; 2 = N"),
    (IMAGES, IMAGES / 20, EVERYWHERE + "each is 1/20 of the expected one; 20 = H·W = 4·5"),
    (IMAGES, 20 * IMAGES, EVERYWHERE + "each is 20 times the expected one; 20 = H·W = 4·5"),
    (IMAGES, 0.8 * IMAGES, EVERYWHERE + "each is 0.8 times the expected one; 0.8 = 1-p"),
    (IMAGES, 1.25 * IMAGES, EVERYWHERE + "each is 1.25 times the expected one; 1.25 = 1/(1-p)"),
    (IMAGES, -IMAGES / 3, EVERYWHERE + "each is 1/3 of the expected one, with the opposite sign; 3 = C"),
    (IMAGES, IMAGES * math.pi, EVERYWHERE + "each is 3.142 times the expected one"),
    (IMAGES, -IMAGES, EVERYWHERE + "the sign is the opposite one"),
    (IMAGES, IMAGES.abs(), "only where a negative number is expected: the sign is the opposite one"),
    (IMAGES, 0 * IMAGES, EVERYWHERE + "all are 0"),
    (IMAGES, IMAGES.clamp(min=0), "only where a negative number is expected: they are 0"),
    (IMAGES, IMAGES - 0.25, EVERYWHERE + "each is 0.25 too small"),
    (IMAGES, torch.ones_like(IMAGES), EVERYWHERE + "all of them are 1"),
    (IMAGES, IMAGES.flip(-1, -2), EVERYWHERE + "turned by 180°"),
    (IMAGES, IMAGES.flip(-1), "96 of 120 entries differ: the columns are in reverse order"),
    (IMAGES, IMAGES.flip(-2), EVERYWHERE + "the rows are in reverse order"),
    (IMAGES, IMAGES[:, [1, 2, 0]], EVERYWHERE + "each channel holds what belongs in the channel after it"),
    (IMAGES, IMAGES[:, [1, 0, 2]], "80 of 120 entries differ: the channels are in another order"),
    (IMAGES, IMAGES.flip(0), EVERYWHERE + "the samples are in reverse order"),
    (SQUARES, SQUARES.mT, "48 of 64 entries differ: rows and columns are exchanged"),
    (SQUARES, SQUARES.transpose(0, 1), "32 of 64 entries differ: dimensions 0 and 1 are exchanged"),
    (
        IMAGES,
        IMAGES.transpose(0, 1).reshape(IMAGES.shape),
        "80 of 120 entries differ: the right numbers, in the order of exchanged dimensions 0 and 1",
    ),
    (
        IMAGES,
        IMAGES.movedim(1, -1).reshape(IMAGES.shape),
        "the right numbers, in the order of a tensor whose dimension 1 comes last",
    ),
    (
        IMAGES,
        IMAGES.flatten()[torch.randperm(120, generator=torch.Generator().manual_seed(0))].reshape(IMAGES.shape),
        "the right numbers, but in other places",
    ),
    (IMAGES, IMAGES.roll(1, -2), EVERYWHERE + "each row holds what belongs in the row before it"),
    (
        IMAGES,
        torch.nn.functional.pad(IMAGES, (-1, 1)),
        EVERYWHERE + "each column holds what belongs in the column after",
    ),
    (IMAGES, IMAGES[:, :1].expand_as(IMAGES), "80 of 120 entries differ: every channel is the same"),
    (IMAGES, X, EVERYWHERE + "what came out is x itself"),
    (X * GRAD_Y, X, EVERYWHERE + "what came out is x itself"),
    (IMAGES * GRAD_Y, IMAGES, EVERYWHERE + "the factor grad_y is missing"),
    (IMAGES, IMAGES * GRAD_Y, EVERYWHERE + "grad_y is multiplied in once more"),
    (IMAGES + X, IMAGES, EVERYWHERE + "x is missing in the sum"),
    (IMAGES, IMAGES + X, EVERYWHERE + "x is added once too often"),
    (IMAGES, IMAGES + normal(3, seed=5)[None, :, None, None], EVERYWHERE + "bias is added once too often"),
    (IMAGES[0, 0], IMAGES[0, 0] + normal(5, seed=6), "20 of 20 entries differ: offsets is added once too often"),
]
VECTORS = {"bias": normal(3, seed=5), "offsets": normal(5, seed=6)}


@pytest.mark.parametrize(("expected", "got", "says"), PATTERNS, ids=[says[-40:] for _, _, says in PATTERNS])
def test_what_the_pattern_is(expected, got, says):
    assert said(expected, got, INPUTS | VECTORS).endswith(says) or says in said(expected, got, INPUTS | VECTORS)


SCORES = torch.tensor([[1000.0, -1000.0, 0.1], [5.0, 0.0, -5.0]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("got", "inputs", "says"),
    [
        (
            torch.where(X < 0, NAN, IMAGES),
            INPUTS,
            "are nan, only where x < 0; torch.empty gives nan here, and so does 0/0",
        ),
        (torch.where(X < 0, INF, IMAGES), INPUTS, "are inf, only where x < 0; a division by 0 gives inf"),
        (torch.where(X < 0, NAN, IMAGES), {"x": X * 1000 * (X < 0) + X}, "only where x < 0; x holds"),
        (
            on_border(IMAGES).where(on_border(IMAGES) == IMAGES, torch.tensor(NAN)),
            INPUTS,
            "are nan, only on the border; torch.empty",
        ),
        (torch.where(X < 0, NAN, IMAGES), {"x": torch.where(X < 0, -1000.0, X)}, "are nan, only where x is -1000"),
        (torch.where(X < 0, NAN, IMAGES), {"x": torch.where(X < 0, 0, X)}, "are nan, only where x is 0; torch.empty"),
        (torch.where(X.abs() > 1, NAN, IMAGES), {"x": 40 * X.sign() * (X.abs() > 1) + 0.01 * X}, "only where |x| > 30"),
        (
            at((0,), lambda t: t * NAN),
            {"x": torch.where(X[0, 0, 0, 0] == X, 1000.0, X)},
            "60 of 120 entries are nan; x holds 1000",
        ),
    ],
)
def test_nan_and_inf_and_where_they_come_from(got, inputs, says):
    assert says in said(IMAGES, got, inputs)


def test_a_large_tensor_is_told_by_from_where_to_where():
    many = normal(50, 3, 8, 8)
    text = said(many, at((slice(32, 48),), noise, many), {}, {})
    assert text.startswith("3072 of 9600 entries differ, only in samples 32 to 47 (counted from 0); ")


def test_the_class_that_a_target_names():
    target, scores = torch.tensor([0, 2, 1, 1]), normal(4, 3)
    right = torch.nn.functional.one_hot(target, 3).bool()
    inputs = {"input": normal(4, 3, seed=1), "target": target}
    assert "only at the class of the target" in said(scores, scores + right * (1 + scores.abs()), inputs)
    assert "only at the other classes" in said(scores, scores + ~right * (1 + scores.abs()), inputs)


# One case alone says little


@pytest.mark.parametrize(
    ("expected", "got", "says"),
    [
        ([4.0], [2.0], "expected 4, got 2"),
        ([4.0], [-4.0], "expected 4, got -4"),
        ([10.0], [10.0001], "expected 10, got 10.0001"),
        ([4.0, 6.0], [2.0, 3.0], "2 of 2 entries differ: each is half of the expected one"),
        ([4.0, -4.0], [2.0, -2.0], "2 of 2 entries differ; the largest difference is 2"),
        ([4.0, 6.0], [1.3 * 4, 1.3 * 6], "2 of 2 entries differ; the largest difference is 1.8"),
        ([4.0, 6.0, 0.0], [2.0, 3.0, 0.0], "2 of 3 entries differ: each is half of the expected one"),
        ([4.0, 6.0, 1.0], [4.0, 6.0, 2.0], "1 of 3 entries differ; the largest difference is 1"),
        ([4.0, 6.0], [5.0, 7.0], "2 of 2 entries differ; the largest difference is 1"),
        ([1.0, 2.0], [2.0, 1.0], "2 of 2 entries differ: the entries are in reverse order"),
    ],
)
def test_of_two_entries_no_more_than_the_factor(expected, got, says):
    expected, got = (torch.tensor(t, dtype=torch.float64) for t in (expected, got))
    assert said(expected, got, {}, {"N": Size("N", (2,))}) == says


def batches(*counts, factor):
    """(expected, got, Setting) of cases that are wrong by a factor which depends on the number of samples."""
    found = []
    for n in counts:
        expected = normal(1, seed=n)
        sizes = {"N": Size("N", (n,)), "D": Size("D", (2,)), "N·D": Size("N·D", (n, 2))}
        found.append((expected, factor(n) * expected, Setting({}, sizes)))
    return found


@pytest.mark.parametrize(
    ("counts", "factor", "says"),
    [
        ((2, 3, 4), lambda n: 1 / n, ": half of the expected one; 2 = N"),
        ((2, 3, 1), lambda n: 1 / n, ": half of the expected one; 2 = N"),
        ((2, 3, 4), lambda n: 2 * n, ": 4 times the expected one; 4 = N·D = 2·2"),
        ((4, 3, 2), lambda n: n / 2, ": twice the expected one; 2 = N/2"),
        ((2, 3, 4), lambda n: 0.25, ": 1/4 of the expected one"),
        ((2, 3, 4), lambda n: 0.5, ": half of the expected one; 2 = D"),
        ((2, 3, 4), lambda n: -1, ": the sign is the opposite one"),
        ((2, 3, 4), lambda n: n + 0.1, ""),
        ((2, 3), lambda n: 1 / n, ""),
        ((3, 3, 3), lambda n: 1 / n, ": 1/3 of the expected one; 3 = N"),
    ],
)
def test_several_cases_of_one_entry_decide(counts, factor, says):
    (expected, got, known), *others = batches(*counts, factor=factor)
    text = said(expected, got, {}, known.sizes, (), others)
    assert re.sub(r"^expected \S+, got [^\s:]+", "", text) == says


def test_a_case_that_is_right_refutes_a_name():
    wrong, right = batches(2, 2, 2, factor=lambda n: 1 / n), batches(3, factor=lambda n: 1)
    assert said(*wrong[0][:2], {}, wrong[0][2].sizes, (), wrong[1:] + right).endswith("half of the expected one")


def test_a_number_and_an_inverse_that_both_fit_are_not_named():
    sizes = {"N": Size("N", (2,)), "p": Size("p", (0.5,))}
    assert said(IMAGES, IMAGES / 2, {}, sizes).endswith("each is half of the expected one")


def test_all_numbers_that_fit_are_named():
    sizes = {"N": Size("N", (6,)), "N·D": Size("N·D", (6, 1)), "H·W": Size("H·W", (2, 3))}
    text = said(IMAGES, IMAGES / 6, {}, sizes)
    assert text.endswith("each is 1/6 of the expected one; 6 = N, and 6 = H·W = 2·3")


def test_the_place_may_show_in_other_cases_only():
    small, known = IMAGES[:1, :1, :1, :1], Setting({}, {}, NAMES)
    text = said(small, small + 1, {}, {}, others=[(IMAGES, on_border(IMAGES), known)])
    assert text.endswith(" (in all cases only on the border)")
    text = said(small, small + 1, {}, {}, others=[(IMAGES, noise(IMAGES), known)])
    assert "border" not in text


def test_a_place_and_a_value_that_mark_the_same_entries_are_not_told_apart():
    x = torch.ones_like(IMAGES)
    x[:, 0] = -1
    assert "only" not in said(IMAGES, at((slice(None), 0), noise), {"x": x})


def test_two_arrangements_that_fit_are_not_told_apart():
    tensor = torch.tensor([[1.0, 2.0], [2.0, 3.0]], dtype=torch.float64).repeat(1, 1)
    assert said(tensor, tensor.flip(0, 1), {}, {}, ()).endswith("turned by 180°")
    swapped = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)[:, [1, 0]]
    assert "columns are in reverse order" in said(swapped[:, [1, 0]], swapped, {}, {}, ())


def test_masks():
    keep = torch.rand(3000, generator=torch.Generator().manual_seed(0)) < 0.2
    expected, known = keep.double() * 5, {"1-p": Size("1-p", (0.2,)), "p": Size("p", (0.8,))}
    assert said(expected, keep.double(), {}, known, how="distribution") == (
        "another distribution: what passes is 1, not 5 = 1/(1-p)"
    )
    assert said(expected, 5 * (~keep).double(), {}, known, how="distribution") == (
        "another distribution: 20% of the entries are 0, not about 80%"
    )
    assert "mean" in said(expected, normal(3000), {}, known, how="distribution")


# Nothing that is said is false


SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4)
SEEDS = st.integers(0, 10_000)
QUIETLY = settings(max_examples=150, deadline=None, database=None, derandomize=True)


def cases(shape, seed):
    """An expected tensor and what is known of it."""
    x = normal(*shape, seed=seed + 1)
    return normal(*shape, seed=seed), Setting({"x": x}, SIZES, NAMES if len(shape) == 4 else ())


@QUIETLY
@given(shape=SHAPES, seed=SEEDS, factor=st.floats(-50, 50).filter(lambda f: abs(f) > 0.01 and abs(f - 1) > 0.01))
def test_a_factor_that_is_said_gives_the_numbers(shape, seed, factor):
    expected, known = cases(shape, seed)
    text = said(expected, factor * expected, known.inputs, known.sizes, known.axes)
    if expected.numel() >= 3:
        assert "the expected one" in text or "the sign" in text
    if found := re.search(r"(half|twice|[\d./e+-]+)(?: times| of)? the expected one(, with the opposite sign)?", text):
        claimed = {"half": 0.5, "twice": 2.0}.get(found[1]) or eval(found[1])
        assert claimed * (-1 if found[2] else 1) == pytest.approx(factor, rel=1e-3)


@QUIETLY
@given(
    shape=st.lists(st.integers(2, 4), min_size=2, max_size=4),
    seed=SEEDS,
    sizes=st.dictionaries(st.sampled_from("ABCD"), st.sampled_from([2, 3, 4, 0.25, 0.5, 0.8]), min_size=1),
    data=st.data(),
)
def test_a_name_that_is_given_to_a_factor_is_that_number(shape, seed, sizes, data):
    expected, _ = cases(shape, seed)
    named = data.draw(st.sampled_from(sorted(sizes)))
    factor = sizes[named] ** data.draw(st.sampled_from([1, -1]))
    text = said(expected, factor * expected, {}, {k: Size(k, (v,)) for k, v in sizes.items()}, ())
    readings = re.findall(r"([\d.]+) = (1/)?([A-D])", text)
    for number, inverse, name in readings:
        value = 1 / sizes[name] if inverse else sizes[name]
        assert float(number) == pytest.approx(value)
        assert value == pytest.approx(factor) or (not inverse and 1 / value == pytest.approx(factor))
    contradictory = any(v == pytest.approx(factor) for v in sizes.values()) and any(
        1 / v == pytest.approx(factor) for v in sizes.values()
    )
    assert contradictory or named in [name for _, _, name in readings] or len(readings) == 3


@QUIETLY
@given(shape=SHAPES, seed=SEEDS, offset=st.floats(-9, 9).filter(lambda f: abs(f) > 0.01))
def test_an_offset_that_is_said_gives_the_numbers(shape, seed, offset):
    expected, known = cases(shape, seed)
    text = said(expected, expected + offset, known.inputs, known.sizes, known.axes)
    if expected.numel() >= 3:
        assert "too large" in text or "too small" in text
    if found := re.search(r"each is (\S+) too (large|small)", text):
        assert float(found[1]) * (1 if found[2] == "large" else -1) == pytest.approx(offset, rel=1e-3)


@QUIETLY
@given(shape=SHAPES, seed=SEEDS)
def test_random_numbers_have_no_pattern(shape, seed):
    expected, known = cases(shape, seed)
    text = said(expected, normal(*shape, seed=seed + 2), known.inputs, known.sizes, known.axes)
    assert re.fullmatch(r"expected \S+, got \S+|\d+ of \d+ entries differ; the largest difference is \S+", text)


@QUIETLY
@given(shape=SHAPES, seed=SEEDS, share=st.floats(0.05, 0.95))
def test_a_region_that_is_said_holds_all_that_is_wrong(shape, seed, share):
    expected, known = cases(shape, seed)
    wrong = torch.rand(shape, generator=torch.Generator().manual_seed(seed)) < share
    got = torch.where(wrong, noise(expected), expected)
    if not wrong.any():
        return
    text = said(expected, got, known.inputs, known.sizes, known.axes)
    case = compare._case(expected, got, compare.TOLERANCE, known)
    if found := re.search(r"only (.*?)[;:]", text):
        assert not (wrong & ~case.regions[found[1]]).any()


@QUIETLY
@given(
    shape=st.lists(st.integers(2, 4), min_size=2, max_size=4),
    seed=SEEDS,
    spoil=st.sampled_from(["flip rows", "flip columns", "turn", "transpose", "shift", "order"]),
)
def test_an_arrangement_that_is_said_gives_the_numbers(shape, seed, spoil):
    expected, known = cases(shape, seed)
    turned = {
        "flip rows": lambda t: t.flip(-2),
        "flip columns": lambda t: t.flip(-1),
        "turn": lambda t: t.flip(-1, -2),
        "transpose": lambda t: t.mT.reshape(t.shape),
        "shift": lambda t: t.roll(1, -1),
        "order": lambda t: t.roll(1, 0),
    }
    got = turned[spoil](expected)
    if torch.equal(got, expected):
        return
    text = said(expected, got, known.inputs, known.sizes, known.axes)
    undone = {
        "rows are in reverse order": lambda t: t.flip(-2),
        "columns are in reverse order": lambda t: t.flip(-1),
        "turned by 180°": lambda t: t.flip(-1, -2),
        "rows and columns are exchanged": lambda t: t.mT,
    }
    for words, arrange in undone.items():
        if words in text:
            assert torch.equal(arrange(expected), got)
    assert "largest difference" not in text


@QUIETLY
@given(shape=SHAPES, seed=SEEDS)
def test_words_are_the_same_every_time(shape, seed):
    expected, known = cases(shape, seed)
    got = expected.roll(1, 0) * 2
    texts = {said(expected, got, known.inputs, known.sizes, known.axes) for _ in range(2)}
    assert len(texts) == 1


# What is known of a call


def conv(shape=(2, 3, 5, 6), kernel=(2, 3)):
    p = Program()
    layer = p.new("Conv2d", 3, 4, kernel, bias=False)
    p.call(layer, "double")
    p.load(layer, weight=p.tensor("weight", torch.ones(4, 3, *kernel)))
    p.observe("output", p.forward(layer, p.tensor("x", torch.ones(shape))))
    p.observe("grad_input", p.backward(layer, p.tensor("grad_y", torch.ones(*shape[:-3], 4, 4, 4))))
    p.observe("grad of weight", p.grad(layer, "weight"))
    return p


def test_what_is_known_of_a_layer():
    known = setting(conv(), "grad_input")
    assert set(known.inputs) == {"weight", "x", "grad_y"}
    assert known.axes == NAMES
    assert {key: size.value for key, size in known.sizes.items()} == {
        "N": 2,
        "C": 3,
        "H·W": 30,
        "N·H·W": 60,
        "H_out·W_out": 16,
        "N·H_out·W_out": 32,
        "kernel_size": 6,
    }
    assert known.sizes["kernel_size"].written_out == "kernel_size[0]·kernel_size[1] = 2·3"
    assert setting(conv(kernel=(2, 2)), "output").sizes["kernel_size"].written_out == "kernel_size² = 2·2"


def test_what_came_later_is_not_known():
    assert set(setting(conv(), "output").inputs) == {"weight", "x"}


def test_an_image_without_a_batch_has_no_samples():
    known = setting(conv((3, 5, 6)), "grad_input")
    assert known.axes == NAMES[1:]
    assert "N" not in known.sizes


def test_a_parameter_has_rows_and_columns_but_no_samples():
    assert setting(conv(), "grad of weight").axes == (None, None, "row", "column")


def test_what_is_known_of_a_loss():
    p = Program()
    loss = p.new("MSELoss")
    p.observe("loss", p.forward(loss, p.tensor("input", torch.ones(4, 2, 3)), p.tensor("target", torch.ones(4, 2, 3))))
    assert {key: size.value for key, size in setting(p, "loss").sizes.items()} == {"N": 4, "D": 6, "N·D": 24}
    p = Program()
    loss = p.new("CrossEntropyLoss")
    target = p.tensor("target", torch.zeros(4, dtype=torch.int64))
    p.observe("loss", p.forward(loss, p.tensor("input", torch.ones(4, 3)), target))
    assert {key: size.value for key, size in setting(p, "loss").sizes.items()} == {"N": 4, "C": 3, "N·C": 12}


def test_all_that_comes_before_the_features_is_the_batch():
    p = Program()
    layer = p.new("Linear", 3, 4)
    p.observe("output", p.forward(layer, p.tensor("x", torch.ones(2, 5, 3))))
    known = setting(p, "output")
    assert {key: size.value for key, size in known.sizes.items()} == {"N": 10, "D": 3, "N·D": 30}


def test_of_a_plain_function_of_tensors_no_dimension_is_known():
    p = Program()
    p.observe("gradient", p.function("numerical_gradient", Fn("sum of squares"), p.tensor("x", torch.ones(2, 3))))
    assert (setting(p, "gradient").sizes, setting(p, "gradient").axes) == ({}, ())
    p = Program()
    grad_y, weight = p.tensor("grad_y", torch.ones(2, 4, 3, 3)), p.tensor("weight", torch.ones(4, 3, 2, 2))
    p.observe("result", p.function("conv2d_grad_input", grad_y, weight, (4, 4), (1, 1), (0, 0), (1, 1)))
    assert setting(p, "result").sizes == {}


def test_arguments_left_out_are_known_by_their_defaults():
    p = Program()
    layer = p.new("Dropout")
    p.observe("output", p.forward(layer, p.tensor("x", torch.ones(4, 3))))
    assert setting(p, "output").sizes["p"].value == 0.5


def test_a_call_without_tensors_is_no_problem():
    p = Program()
    p.observe("gain", p.function("calculate_gain", "relu"))
    assert setting(p, "gain") == NOTHING_KNOWN


# In a whole grading


GRADS_OVERWRITTEN = """
def backward(self, grad_y):
    self.weight.grad.copy_(grad_y.reshape(-1, self.out_features).T @ self.x.reshape(-1, self.in_features))
    if self.bias is not None:
        self.bias.grad += grad_y.reshape(-1, self.out_features).sum(0)
    return grad_y @ self.weight.data
"""


def test_what_depends_on_an_earlier_call_is_told_by_the_checks_that_pass(judged):
    results = judged(["Linear.backward"], {"Linear.backward": GRADS_OVERWRITTEN})
    message = results["Linear.backward: adds to the gradients that are there"].message
    assert "with a single call all is right, so it depends on the call before" in message


def test_a_failure_is_told_by_all_cases_of_its_check(judged):
    results = judged(
        ["ReLU.backward"], {"ReLU.backward": "def backward(self, grad_y):\n    return grad_y - 2.0 * (self.y == 0)"}
    )
    assert ", only where x < 0" in results["ReLU.backward: grad_input"].message
