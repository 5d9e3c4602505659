"""A file may lean on the student's own other files: what passes with them passes, though a topic is judged alone."""

LOG_SOFTMAX = """
def forward(self, x):
    z = x - x.amax(self.dim, keepdim=True)
    self.mine = z - z.exp().sum(self.dim, keepdim=True).log()
    return self.mine
"""
BACKWARD = """
def backward(self, grad_y):
    return grad_y - self.mine.exp() * grad_y.sum(self.dim, keepdim=True)
"""
LOSS = """
def forward(self, input, target):
    self.log_softmax = LogSoftmax(1 if input.dim() > 1 else 0)
    self.target = target
    self.log_softmax.forward(input)
    log_p = self.log_softmax.mine
    self.n = self.divisor(len(input) if target.is_floating_point() else target.numel())
    if target.is_floating_point():
        return -(target * log_p).sum() / self.n
    return -log_p.gather(-1, target.unsqueeze(-1)).sum() / self.n
"""
MAIN = "CrossEntropyLoss.forward: loss"


def test_what_passes_with_the_students_own_other_files_passes(judged):
    wrong = {"LogSoftmax.forward": LOG_SOFTMAX, "LogSoftmax.backward": BACKWARD, "CrossEntropyLoss.forward": LOSS}
    assert judged(["CrossEntropyLoss.forward"], wrong)[MAIN].status == "passed"


def test_what_is_wrong_either_way_fails(judged):
    wrong = {"LogSoftmax.forward": LOG_SOFTMAX.replace(".log()", ""), "CrossEntropyLoss.forward": LOSS}
    assert judged(["CrossEntropyLoss.forward"], wrong)[MAIN].status != "passed"


def test_what_is_wrong_elsewhere_costs_nothing(judged):
    wrong = {"LogSoftmax.forward": LOG_SOFTMAX.replace(".log()", ""), "LogSoftmax.backward": BACKWARD}
    assert judged(["CrossEntropyLoss.forward"], wrong)[MAIN].status == "passed"
