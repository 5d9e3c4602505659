import pytest

from labkit.progress import progress


@pytest.fixture(autouse=True)
def bars_are_wanted(monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)


def test_a_label_gives_a_bar(capsys):
    assert list(progress(range(3), "learning")) == [0, 1, 2]
    assert "learning" in capsys.readouterr().err


def test_no_label_no_bar(capsys):
    assert list(progress(iter("ab"), None)) == ["a", "b"]
    assert capsys.readouterr().err == ""


def test_the_environment_turns_bars_off(capsys, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert list(progress(range(3), "learning")) == [0, 1, 2]
    assert capsys.readouterr().err == ""
