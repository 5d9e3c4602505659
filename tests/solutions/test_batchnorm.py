import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import solutions

OPTIONS = st.fixed_dictionaries(
    {
        "eps": st.sampled_from([1e-5, 1e-2]),
        "momentum": st.sampled_from([0.1, 0.8, None]),
        "affine": st.booleans(),
        "track_running_stats": st.booleans(),
    }
)
SHAPES = st.sampled_from(
    [("BatchNorm1d", (2, 3)), ("BatchNorm1d", (4, 2, 3)), ("BatchNorm2d", (1, 2, 1, 2)), ("BatchNorm2d", (3, 2, 4, 5))]
)


def twins(name, channels, options):
    """Our layer and torch's, the latter with weights and moments that have been used for a while."""
    torch.manual_seed(0)
    ours, theirs = getattr(solutions, name)(channels, **options), getattr(torch.nn, name)(channels, **options)
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter)
    if theirs.track_running_stats:
        theirs.running_mean.normal_()
        theirs.running_var.uniform_(0.5, 2)
        theirs.num_batches_tracked.fill_(4)
    return ours, theirs


@given(SHAPES, OPTIONS, st.booleans(), st.sampled_from([0.0, 1e3]))
@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_all_options_are_those_of_torch(assert_twins, case, options, training, offset):
    name, shape = case
    ours, theirs = twins(name, shape[1], options)
    x = offset + torch.randn(shape, dtype=torch.float64)
    assert_twins(ours.train(training), theirs.train(training), x, rtol=1e-8 if offset else 1e-10)


def test_running_moments_over_several_batches():
    for momentum in (0.3, None):
        ours, theirs = twins("BatchNorm2d", 2, {"momentum": momentum})
        ours.double().load_state_dict(theirs.double().state_dict())
        for _ in range(3):
            x = torch.randn(2, 2, 3, 3, dtype=torch.float64)
            ours(x), theirs(x)
        for name, buffer in ours.named_buffers():
            torch.testing.assert_close(buffer, theirs.get_buffer(name))


def test_evaluation_leaves_the_moments_alone():
    layer = solutions.BatchNorm1d(2).eval()
    before = {name: buffer.clone() for name, buffer in layer.named_buffers()}
    layer(torch.randn(4, 2))
    assert all(torch.equal(buffer, before[name]) for name, buffer in layer.named_buffers())


def test_in_training_the_gradient_of_a_channel_sums_to_zero():
    """A shift of a whole channel does not change y: mean and variance depend on x."""
    layer = solutions.BatchNorm2d(3).double()
    layer(torch.randn(4, 3, 2, 2, dtype=torch.float64))
    grad_x = layer.backward(torch.randn(4, 3, 2, 2, dtype=torch.float64))
    assert grad_x.sum((0, 2, 3)).abs().max() < 1e-12 < grad_x.abs().max()


def test_one_value_per_channel():
    for layer, shape in [(solutions.BatchNorm1d(3), (1, 3)), (solutions.BatchNorm2d(3), (1, 3, 1, 1))]:
        with pytest.raises(ValueError, match="one value per channel"):
            layer(torch.ones(shape))
        assert layer.eval()(torch.ones(shape)).shape == shape


def test_other_shapes():
    for layer, shape in [
        (solutions.BatchNorm1d(3), (2, 3, 4, 5)),
        (solutions.BatchNorm2d(3), (2, 3)),
        (solutions.BatchNorm2d(3), (2, 4, 3, 3)),
    ]:
        with pytest.raises(ValueError, match="expected 3 channels"):
            layer(torch.ones(shape))


def test_without_affine_the_output_may_be_changed():
    layer = solutions.BatchNorm1d(2, affine=False).double()
    x, g = torch.randn(5, 2, dtype=torch.float64), torch.randn(5, 2, dtype=torch.float64)
    layer(x)
    expected = layer.backward(g)
    layer(x).zero_()
    assert torch.equal(layer.backward(g), expected)
