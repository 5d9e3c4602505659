import pytest
import torch

from benchmarks import denoise, digits


@pytest.mark.parametrize("benchmark", [denoise, digits])
def test_an_unknown_experiment_is_refused(benchmark, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["benchmark", "qualitty"])
    with pytest.raises(SystemExit) as refused:
        benchmark.main()
    assert refused.value.code == 2
    assert "qualitty" in capsys.readouterr().err


@pytest.mark.parametrize("benchmark", [denoise, digits])
def test_the_first_fifty_steps_are_those_of_torch(benchmark, capsys):
    threads = torch.get_num_threads()
    benchmark.steps(1)
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(float(line.rsplit(" ", 1)[1]) < 1e-9 for line in lines)
    assert torch.get_num_threads() == threads


def test_decibel_of_the_mean_and_of_all_together():
    clean = torch.zeros(2, 3, 2, 2)
    y = torch.full_like(clean, 0.1)
    y[1] = 1.0
    assert denoise.decibel(y, clean) == "10.00 (2.97)"


def test_spread_in_per_cent():
    assert digits.spread([0.01, 0.03]) == "2.00 ± 1.41"
    assert digits.spread([0.01]) == "1.00"


def test_no_module_differs_from_torch(monkeypatch, capsys):
    monkeypatch.setattr(denoise, "SECONDS", 0)
    monkeypatch.setattr(denoise.console, "_width", 200)
    denoise.modules(1)
    rows = [line.split("│") for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert [row[1].strip() for row in rows] == [name for name, _ in denoise.MODULES]
    differences = [float(cell) for row in rows for cell in row[2:6] if cell.strip()]
    assert len(differences) == 2 * len(rows) + 4
    assert max(differences) < 1e-10
