from functools import partial

import pytest
import torch

import solutions
from labkit import reference
from labkit.denoising import LEARNING_RATE, blur, denoise, denoiser, fit, picture_sets, psnr, quality
from labkit.networks import twin

KINDS = pytest.mark.parametrize("upsampling", ["transposed", "nearest"])


@pytest.fixture(scope="module")
def sets():
    return tuple(pictures.double() for pictures in picture_sets(n=48))


def test_pairs_have_noise_of_their_own(sets):
    training, held_out = sets
    assert training.clean.shape == (48, 3, 32, 32)
    assert held_out.clean.shape == (104, 3, 32, 32)
    noises = [pictures - training.clean for pictures in (training.noisy, training.again)]
    assert all(0.1 < noise.std() < 0.2 for noise in noises)
    together = torch.stack([noise.flatten() for noise in noises])
    assert torch.corrcoef(together)[0, 1].abs() < 0.1
    assert psnr(held_out.noisy, held_out.clean).mean().item() == pytest.approx(15.8, abs=0.1)


@KINDS
@pytest.mark.parametrize("framework", [solutions, reference])
def test_a_picture_comes_out_as_large_as_it_went_in(framework, upsampling):
    y = denoise(denoiser(framework, upsampling, channels=4), torch.rand(2, 3, 12, 20))
    assert y.shape == (2, 3, 12, 20)
    assert ((y > 0) & (y < 1)).all()


@KINDS
def test_ours_follows_torch(sets, upsampling):
    training, held_out = sets
    build = partial(denoiser, upsampling=upsampling, channels=4)
    torch.manual_seed(0)
    ours = build(solutions).double()
    theirs = twin(ours, build)
    ways = [
        fit(network, training.noisy, training.again, held_out, framework, lr=LEARNING_RATE[upsampling], epochs=2)
        for network, framework in ((ours, solutions), (theirs, reference))
    ]
    assert ways[0].loss == pytest.approx(ways[1].loss, abs=1e-9)
    assert ways[0].psnr == pytest.approx(ways[1].psnr, abs=1e-7)
    assert len(ways[0].loss) == 2
    assert len(ways[0].psnr) == 3
    assert ways[0].psnr[-1] == quality(ours, held_out)
    assert ways[0].seconds > 0


def test_the_learning_rate_falls_for_the_last_fifth(sets):
    training, held_out = sets
    torch.manual_seed(0)
    build = partial(denoiser, channels=4)
    short = build(reference).double()
    long = twin(short, build)
    losses = {
        epochs: fit(network, training.noisy, training.again, held_out, epochs=epochs).loss
        for epochs, network in ((5, short), (10, long))
    }
    assert losses[5][:4] == losses[10][:4]
    assert losses[5][4] != losses[10][4]


def test_psnr():
    clean = torch.zeros(2, 3, 4, 4)
    y = torch.full_like(clean, 0.1)
    y[1] = 1.0
    assert psnr(y, clean).tolist() == pytest.approx([20, 0], abs=1e-5)


def test_blur_is_the_mean_of_a_window():
    picture = torch.zeros(1, 1, 5, 5)
    picture[0, 0, 2, 2] = 9.0
    assert torch.equal(blur(picture, 3)[0, 0, 1:4, 1:4], torch.ones(3, 3))
    assert torch.allclose(blur(torch.full((1, 1, 4, 4), 0.3), 3), torch.tensor(0.3))
