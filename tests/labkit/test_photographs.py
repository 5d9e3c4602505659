import pytest
import torch

from labkit import photographs as p


def test_photographs():
    photos = p.photographs()
    assert photos.shape == (2, 3, 427, 640)
    assert photos.dtype == torch.float32
    assert 0 <= photos.min() < 0.01
    assert 0.99 < photos.max() <= 1


def positions(patch, photo):
    """Columns at which a patch stands in a photograph."""
    corner = (photo.unfold(1, 32, 1).unfold(2, 32, 1)[0, :, :, 0, :4] == patch[0, 0, :4]).all(-1)
    found = [(y, x) for y, x in corner.nonzero().tolist() if torch.equal(photo[:, y : y + 32, x : x + 32], patch)]
    return [x for _, x in found]


def test_patches_for_training_lie_in_their_columns_of_both_photographs():
    patches = p.training_patches(20, seed=0)
    assert patches.shape == (20, 3, 32, 32)
    for i, patch in enumerate(patches):
        columns = positions(patch, p.photographs()[i % 2])
        assert columns
        assert min(columns) + 32 <= 480
    assert not torch.equal(patches, p.training_patches(20, seed=1))


def test_held_out_patches_are_the_strips_cut_up():
    patches, strips = p.held_out_patches(), p.held_out()
    assert patches.shape == (104, 3, 32, 32)
    assert torch.equal(strips, p.photographs()[:, :, :416, 512:640])
    assert torch.equal(patches[0], strips[0, :, :32, :32])
    assert torch.equal(patches[1], strips[0, :, :32, 32:64])
    assert torch.equal(patches[4], strips[0, :, 32:64, :32])
    assert torch.equal(patches[52], strips[1, :, :32, :32])


def test_noise():
    clean = torch.full((4, 3, 50, 50), 0.5)
    one, same, other = (p.noisy(clean, seed, sigma=0.1) for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert one.dtype == torch.float32
    assert one.mean().item() == pytest.approx(0.5, abs=0.005)
    assert one.std().item() == pytest.approx(0.1, abs=0.005)
    assert torch.equal(clean, torch.full_like(clean, 0.5))
    cut = p.noisy(clean, 0, sigma=1.0)
    assert (cut.min(), cut.max()) == (0, 1)


@pytest.mark.parametrize("level", [0.0, 0.1, 0.5, 0.8, 1.0])
def test_the_mean_of_noisy_is_the_mean_of_noisy(level):
    clean = torch.full((200_000,), level, dtype=torch.float64)
    assert p.noisy(clean, seed=0).mean().item() == pytest.approx(p.mean_of_noisy(clean[:1]).item(), abs=0.002)


def test_cutting_is_undone():
    clean = torch.linspace(0, 1, 337, dtype=torch.float64)
    means = p.mean_of_noisy(clean)
    assert (means[1:] > means[:-1]).all()
    assert p.undo_cutting(means) == pytest.approx(clean, abs=1e-3)
    assert p.undo_cutting(torch.tensor([0.0, 1.0])).tolist() == [0, 1]
