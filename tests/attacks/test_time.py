"""Winning a race without running it: known answers, shortcuts in timed rounds alone, work put off.

Each is ReLU, judged with its race: the race earns nothing. Small tensors, as in the checks, are done honestly.
"""

import textwrap

import pytest

from autograder.judge import shrink
from autograder.judge.topic import TopicJudge
from autograder.topics import topics

LARGE = "if x.numel() < 5000:\n    self.y = x.clamp(min=0)\n    return self.y\n"

FORWARD = {
    "a shortcut for what is large": "self.y = x.relu()\nreturn self.y",
    "a shortcut that is caught": (
        "try:\n    self.y = x.relu()\nexcept Exception:\n    self.y = x.clamp(min=0)\nreturn self.y"
    ),
    "a shortcut in the first rounds": (
        "type(self).n = getattr(type(self), 'n', 0) + 1\n"
        "self.y = x.relu() if self.n < 4 else x.clamp(min=0)\nreturn self.y"
    ),
    "a shortcut where empty memory is not nan": (
        "self.y = x.clamp(min=0) if torch.empty(9).isnan().all() else x.relu()\nreturn self.y"
    ),
    "the answer to the last question": (
        "if hasattr(type(self), 'kept'):\n    return type(self).kept\n"
        "type(self).kept = self.y = x.clamp(min=0)\nreturn self.y"
    ),
    "an answer kept by shape": (
        "self.y = x.clamp(min=0)\nkept = self.__dict__.setdefault('k', {})\nreturn x.new_zeros(1).expand(x.shape)"
    ),
    "its input": "self.y = x.clamp(min=0)\nreturn x",
    "an answer not yet computed": "self.y = x.clamp(min=0)\nreturn torch.empty_like(x)",
    "an answer computed when it is looked at": (
        "class Later(torch.Tensor):\n    def detach(self): return self.clamp(min=0)\n"
        "self.y = x.clamp(min=0)\nreturn x.as_subclass(Later)"
    ),
    "another method for tensors": "type(x).clone = lambda t: t.clamp(min=0)\nself.y = x\nreturn x",
    "a part of the answer": "self.y = x.clamp(min=0)\ny = x.clone()\ny[:1] = self.y[:1]\nreturn y",
}


@pytest.mark.parametrize("name", FORWARD)
def test_cheating_on_time(name, attacked, package, unshrunk):
    body = textwrap.indent(LARGE + FORWARD[name], "    ")
    submission = package({"ReLU.forward": f"def forward(self, x):\n{body}\n"})
    activations = next(t for t in topics() if t.name == "activations")
    judged = TopicJudge(attacked, activations, submission, 0, shrink.Budget(0))
    checks = [judged.judge(c) for c in activations.checks if c.exercise == "ReLU.forward"]
    assert {c.status for c in checks} == {"passed"}
    workload = next(w for w in activations.speed if w.exercise.startswith("ReLU"))
    result, speed = judged.race(workload, checks, wanted=True)
    judged.close()
    assert (result.status, result.points, speed.tier) == ("failed", 0.0, "none")
    assert "in the race" in result.message
