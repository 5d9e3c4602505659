import math

import pytest
import torch

from labkit.data import Dataset, batches, disk, disk_sets, one_hot, split, standardise


@pytest.mark.parametrize(("options", "share"), [({}, 0.5), ({"radius": 0.5}, math.pi / 4)])
def test_disk_covers_its_share_of_the_square(options, share):
    data = disk(40_000, seed=3, **options)
    assert data.t.double().mean().item() == pytest.approx(share, abs=0.01)
    assert data.x.dtype == torch.float32
    assert data.t.dtype == torch.int64
    assert 0 <= data.x.min() < 0.01
    assert 0.99 < data.x.max() <= 1


def test_disk_has_class_1_inside():
    data = disk(500, seed=0)
    radius = (data.x - 0.5).norm(dim=1)
    assert radius[data.t == 1].max() < 1 / math.sqrt(2 * math.pi) < radius[data.t == 0].min()


def test_disk_depends_on_the_seed_only():
    torch.manual_seed(1)
    first = disk(50, seed=7)
    torch.manual_seed(2)
    assert torch.equal(first.x, disk(50, seed=7).x)
    assert not torch.equal(first.x, disk(50, seed=8).x)


def test_standardise_uses_the_numbers_of_the_training_set():
    train, other = Dataset(torch.tensor([[0.0, 10.0], [2.0, 30.0]]), None), Dataset(torch.tensor([[1.0, 40.0]]), None)
    train, other = standardise(train, other)
    torch.testing.assert_close(train.x.mean(0), torch.zeros(2))
    torch.testing.assert_close(train.x.std(0), torch.ones(2))
    torch.testing.assert_close(other.x, torch.tensor([[0.0, 20 / math.sqrt(200)]]))


def test_split_is_a_partition_at_random():
    data = Dataset(torch.arange(10.0).unsqueeze(1), torch.arange(10))
    large, small = split(data, 0.9, seed=0)
    assert (len(large), len(small)) == (9, 1)
    assert sorted(large.t.tolist() + small.t.tolist()) == list(range(10))
    assert torch.equal(large.x[:, 0].long(), large.t)  # each label is still with its point
    assert large.t.tolist() != list(range(9))


def test_disk_sets():
    train, validation, test = disk_sets(seed=4, n=200)
    assert [len(data) for data in (train, validation, test)] == [180, 20, 200]
    torch.testing.assert_close(train.x.mean(0), torch.zeros(2), atol=1e-6, rtol=0)
    assert torch.cdist(test.x, torch.cat([train.x, validation.x])).min() > 0  # no point stands in two sets


def test_batches_visit_every_point_once_per_epoch_in_a_new_order():
    first, second = batches(10, batch_size=4, epochs=2, seed=0)
    assert [len(batch) for batch in first] == [4, 4, 2]
    assert sorted(torch.cat(first).tolist()) == list(range(10)) == sorted(torch.cat(second).tolist())
    assert torch.cat(first).tolist() != torch.cat(second).tolist()


def test_batches_are_the_same_for_everybody_who_asks():
    ours = [torch.cat(epoch) for epoch in batches(20, 6, 3, seed=5)]
    torch.manual_seed(99)
    theirs = [torch.cat(epoch) for epoch in batches(20, 6, 3, seed=5)]
    assert all(map(torch.equal, ours, theirs))


def test_one_hot():
    assert one_hot(torch.tensor([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]
