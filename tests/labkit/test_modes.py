import pytest
import torch

import solutions
from labkit.data import Dataset
from labkit.evaluation import classify, confusion_matrix, loss_and_error
from labkit.training import one_epoch, train

FRAMEWORKS = pytest.mark.parametrize("framework", [solutions, torch.nn])
DATA = Dataset(torch.randn(30, 4, generator=torch.Generator().manual_seed(0)), torch.arange(30) % 3)


def network(framework):
    torch.manual_seed(0)
    return framework.Sequential(framework.BatchNorm1d(4), framework.Dropout(0.5), framework.Linear(4, 3))


@FRAMEWORKS
@pytest.mark.parametrize("training", [True, False])
def test_judged_in_evaluation_mode_and_left_in_its_own(framework, training):
    judged = network(framework).train(training)
    before = {name: tensor.clone() for name, tensor in judged.state_dict().items()}
    losses = {loss_and_error(judged, framework.CrossEntropyLoss(), DATA) for _ in range(3)}
    classes = [classify(judged, DATA.x).tolist() for _ in range(3)]
    assert len(losses) == 1
    assert classes[0] == classes[1] == classes[2]
    assert all(torch.equal(tensor, before[name]) for name, tensor in judged.state_dict().items())
    assert {module.training for module in judged.modules()} == {training}


def test_the_mode_comes_back_after_an_error():
    judged = network(solutions)
    with pytest.raises(ValueError):
        classify(judged, torch.zeros(2, 5))
    assert judged.training


@FRAMEWORKS
def test_an_epoch_is_trained_in_training_mode(framework):
    trained = network(framework).eval()
    optimizer = (solutions if framework is solutions else torch.optim).SGD(trained.parameters(), lr=0.1)
    losses = one_epoch(trained, framework.CrossEntropyLoss(), optimizer, DATA.x, DATA.t, torch.arange(30).split(10))
    assert len(losses) == 3
    assert all(isinstance(loss, float) for loss in losses)
    assert trained.training
    assert trained.state_dict()["0.num_batches_tracked"] == 3


def test_to_find_the_number_of_outputs_is_no_training_step():
    trained = network(solutions)
    optimizer = solutions.SGD(trained.parameters(), lr=0.1)
    train(trained, solutions.CrossEntropyLoss(), optimizer, DATA, epochs=2, batch_size=10)
    assert trained.state_dict()["0.num_batches_tracked"] == 6


def test_confusion_matrix():
    said = torch.tensor([[9.0, 0, 0], [0, 9, 0], [0, 0, 9], [0, 0, 9]])
    data = Dataset(said, torch.tensor([0, 1, 1, 2]))
    assert confusion_matrix(lambda x: x, data, 3).tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
