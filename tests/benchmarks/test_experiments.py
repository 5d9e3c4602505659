import json

import pytest
import torch
from typer.testing import CliRunner

from benchmarks import catalogue, denoise, digits, loops, modules
from benchmarks.__main__ import app

EXPERIMENTS = list(catalogue.EXPERIMENTS.values())


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.name)
def test_arguments_are_plain_and_all_different(experiment):
    written = [json.dumps(arguments, sort_keys=True) for arguments in experiment.settings]
    assert [json.loads(text) for text in written] == list(experiment.settings)
    assert len(set(written)) == len(written)


def test_an_unknown_experiment_is_refused():
    refused = CliRunner().invoke(app, ["reproduce", "qualitty"])
    assert refused.exit_code == 2
    assert "qualitty" in refused.output


def test_the_same_code_has_the_same_number_whatever_its_comments(monkeypatch, tmp_path):
    from benchmarks import experiment as place

    one = EXPERIMENTS[0]
    before = one.code()
    assert one.code() == before
    file = tmp_path / "module.py"
    monkeypatch.setattr(place, "files_of", lambda module: [file])
    numbers = []
    for text in ("x = 1", "x = 1  # a comment", "x = 2"):
        file.write_text(text)
        numbers.append(one.code())
    assert numbers[0] == numbers[1] != numbers[2]


@pytest.mark.parametrize("name", ["digits_steps", "denoise_steps"])
def test_the_first_fifty_steps_are_those_of_torch(name):
    experiment = catalogue.EXPERIMENTS[name]
    assert experiment.run(**experiment.settings[0])["distance"] < 1e-9


def test_decibels_of_the_mean_and_of_all_together():
    clean = torch.zeros(2, 3, 2, 2)
    y = torch.full_like(clean, 0.1)
    y[1] = 1.0
    assert denoise.decibels(y, clean) == pytest.approx({"mean": 10, "together": 2.967}, abs=1e-3)


@pytest.mark.parametrize("name", modules.MODULES)
def test_no_module_differs_from_torch(name):
    for differences in modules.module(name, seconds=0)["differences"].values():
        assert max(differences["float64"].values()) < 1e-10


def test_the_riddle_of_the_sigmoid():
    assert modules.riddle(0)["difference"] == pytest.approx(0.25, abs=1e-4)


def test_loops_and_vectorised_operations_train_alike(monkeypatch):
    few = loops.disk(20, 0)
    monkeypatch.setattr(loops, "disk", lambda n, seed: few)
    losses = [loops.disk_training(way, 2, 0)["losses"] for way in loops.WAYS]
    assert len(losses) == 4
    for other in losses[1:]:
        assert other == pytest.approx(losses[0], rel=1e-12)


def test_the_nearest_neighbour_needs_no_training():
    assert 0 < digits.known_hands(0)["test"] < 0.05
