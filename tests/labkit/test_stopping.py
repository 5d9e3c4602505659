import pytest
import torch

import solutions
from labkit.stopping import EarlyStopping


def weights(value):
    network = solutions.Linear(1, 1)
    for parameter in network.parameters():
        parameter.data.fill_(value)
    return network


@pytest.mark.parametrize(
    ("patience", "losses", "stops_after", "best"),
    [(1, [3, 2, 2], 3, 2), (2, [3, 2, 2.5, 1, 4, 5], 6, 4), (3, [1, 2, 3, 4], 4, 1), (9, [3, 2, 1], None, 3)],
)
def test_stops_when_patience_is_over_and_returns_to_the_best(patience, losses, stops_after, best):
    stopping, network = EarlyStopping(patience), weights(0)
    answers = []
    for epoch, loss in enumerate(losses, 1):
        for parameter in network.parameters():
            parameter.data.fill_(epoch)  # in place: what was remembered must be a copy
        answers.append(stopping.is_time(network, loss))
    assert answers == [epoch == stops_after for epoch in range(1, len(losses) + 1)]
    assert stopping.best_epoch == best
    stopping.restore(network)
    assert all((tensor == best).all() for tensor in network.state_dict().values())


def test_running_moments_are_remembered_too():
    network, stopping = torch.nn.BatchNorm1d(1), EarlyStopping(1)
    stopping.is_time(network, 1.0)
    network(torch.tensor([[1.0], [3.0]]))
    assert network.running_mean != 0
    stopping.restore(network)
    assert network.running_mean == 0
