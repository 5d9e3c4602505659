"""Known mistakes of topic sgd, as executable wrong answers."""

from ..common.model import Mistakes

MISTAKES = Mistakes("sgd")


@MISTAKES.known(
    "SGD.step",
    says="With a constant gradient your steps are 1, 1.8, 1.8 instead of 1, 1.9, 2.71 (in units of lr·g): the momentum "
    "buffer and the gradient are one and the same tensor.",
    asks="Which tensor does your buffer point to after the first step?",
)
def momentum_buffer_is_the_gradient(self):
    for i, p in enumerate(self.params):
        g = p.grad
        if self.weight_decay != 0:
            g = g + self.weight_decay * p.data
        if self.momentum != 0:
            if self.buffers[i] is None:
                self.buffers[i] = g
            else:
                self.buffers[i].mul_(self.momentum).add_(g, alpha=1 - self.dampening)
            b = self.buffers[i]
            g = g + self.momentum * b if self.nesterov else b
        p.data.sub_(g, alpha=self.lr)


@MISTAKES.known(
    "SGD.step",
    says="Your steps are those of plain gradient descent, whatever momentum was given.",
    asks="Where does the number that the constructor received enter the step?",
)
def momentum_ignored(self):
    for p in self.params:
        p.data.sub_(p.grad + self.weight_decay * p.data, alpha=self.lr)


@MISTAKES.known(
    "SGD.step",
    says="Weight decay has no effect on your steps.",
    asks="Which term does weight_decay add to the gradient?",
)
def weight_decay_ignored(self):
    for i, p in enumerate(self.params):
        g = p.grad
        if self.momentum != 0:
            b = self.buffers[i]
            self.buffers[i] = b = g.clone() if b is None else self.momentum * b + (1 - self.dampening) * g
            g = g + self.momentum * b if self.nesterov else b
        p.data.sub_(g, alpha=self.lr)


@MISTAKES.known(
    "SGD.step",
    says="Your parameters move along the gradient, by plus lr · g: uphill.",
    asks="Towards smaller or larger loss: where does p move along g?",
)
def uphill(self):
    for p in self.params:
        p.data.add_(p.grad, alpha=self.lr)


@MISTAKES.known(
    "SGD.step",
    says="Your momentum is a weighted mean: the new gradient is multiplied by (1 - momentum).",
    asks="Which argument scales the new gradient in torch's formula, and what is its default?",
)
def momentum_as_weighted_mean(self):
    for i, p in enumerate(self.params):
        g = p.grad + self.weight_decay * p.data
        if self.momentum != 0:
            b = self.buffers[i]
            self.buffers[i] = b = (1 - self.momentum) * g + (0 if b is None else self.momentum * b)
            g = b
        p.data.sub_(g, alpha=self.lr)


@MISTAKES.known(
    "SGD.step",
    says="Your steps are those of plain momentum, whatever `nesterov` says.",
    asks="Where does the parameter go at the next step, and where does Nesterov's momentum look at the gradient?",
)
def nesterov_ignored(self):
    for i, p in enumerate(self.params):
        g = p.grad + self.weight_decay * p.data
        if self.momentum != 0:
            b = self.buffers[i]
            self.buffers[i] = g = g.clone() if b is None else self.momentum * b + (1 - self.dampening) * g
        p.data.sub_(g, alpha=self.lr)


@MISTAKES.known(
    "SGD.step",
    says="Your steps are those without dampening.",
    asks="Which factor stands before the new gradient in the formula for b?",
)
def dampening_ignored(self):
    for i, p in enumerate(self.params):
        g = p.grad + self.weight_decay * p.data
        if self.momentum != 0:
            b = self.buffers[i]
            self.buffers[i] = b = g.clone() if b is None else self.momentum * b + g
            g = g + self.momentum * b if self.nesterov else b
        p.data.sub_(g, alpha=self.lr)


@MISTAKES.known(
    "SGD.step",
    says="Your first step is dampened too; in `torch` the first b is g itself.",
    asks="What does the docstring say that b is at the first step?",
)
def first_step_dampened(self):
    for i, p in enumerate(self.params):
        g = p.grad + self.weight_decay * p.data
        if self.momentum != 0:
            b = 0 if self.buffers[i] is None else self.buffers[i]
            self.buffers[i] = b = self.momentum * b + (1 - self.dampening) * g
            g = g + self.momentum * b if self.nesterov else b
        p.data.sub_(g, alpha=self.lr)


@MISTAKES.known(
    "MultiStepLR.step",
    says="The learning rate is lowered at every epoch from the first milestone on.",
    asks="At how many epochs should the rate change when there is one milestone?",
)
def lowered_at_every_epoch(self):
    self.last_epoch += 1
    if self.last_epoch >= min(self.milestones):
        self.optimizer.lr *= self.gamma


@MISTAKES.known(
    "MultiStepLR.step",
    says="Your learning rate falls one epoch after each milestone.",
    asks="How many epochs are over when `step` is called for the first time?",
)
def one_epoch_late(self):
    self.optimizer.lr *= self.gamma ** self.milestones.count(self.last_epoch)
    self.last_epoch += 1


@MISTAKES.known(
    "Adam.step",
    says="Your steps lack the correction of the two averages for their start at zero.",
    asks="What is m after the first step, compared with g?",
)
def no_bias_correction(self):
    beta1, beta2 = self.betas
    for p, m, v in zip(self.params, self.m, self.v, strict=True):
        g = p.grad + self.weight_decay * p.data
        m.mul_(beta1).add_(g, alpha=1 - beta1)
        v.mul_(beta2).add_(g * g, alpha=1 - beta2)
        p.data -= self.lr * m / (v.sqrt() + self.eps)


@MISTAKES.known(
    "Adam.step",
    says="Every step is corrected as if it were the first: the step counter stays at 1.",
    asks="What is t at the third step?",
)
def step_counter_stuck(self):
    beta1, beta2 = self.betas
    for p, m, v in zip(self.params, self.m, self.v, strict=True):
        g = p.grad + self.weight_decay * p.data
        m.mul_(beta1).add_(g, alpha=1 - beta1)
        v.mul_(beta2).add_(g * g, alpha=1 - beta2)
        p.data -= self.lr * m / (1 - beta1) / ((v / (1 - beta2)).sqrt() + self.eps)


@MISTAKES.known(
    "Adam.step",
    says="Each step uses the latest gradient alone: the averages m and v are not kept from step to step.",
    asks="Where do m and v live between two calls of step?",
)
def moments_not_kept(self):
    for p in self.params:
        g = p.grad + self.weight_decay * p.data
        p.data -= self.lr * g / (g.abs() + self.eps)


@MISTAKES.known(
    "Adam.step",
    says="The step counter grows once for every parameter.",
    asks="What is t for the second parameter at the first step?",
)
def counts_parameters(self):
    beta1, beta2 = self.betas
    for p, m, v in zip(self.params, self.m, self.v, strict=True):
        self.t += 1
        g = p.grad + self.weight_decay * p.data
        m.mul_(beta1).add_(g, alpha=1 - beta1)
        v.mul_(beta2).add_(g * g, alpha=1 - beta2)
        p.data -= self.lr * m / (1 - beta1**self.t) / ((v / (1 - beta2**self.t)).sqrt() + self.eps)


@MISTAKES.known(
    "Adam.step",
    says="Your eps stands under the root, together with v̂.",
    asks="What is the largest step that each of the two forms allows when v̂ is 0?",
)
def eps_under_the_root(self):
    self.t += 1
    beta1, beta2 = self.betas
    for p, m, v in zip(self.params, self.m, self.v, strict=True):
        g = p.grad + self.weight_decay * p.data
        m.mul_(beta1).add_(g, alpha=1 - beta1)
        v.mul_(beta2).add_(g * g, alpha=1 - beta2)
        p.data -= self.lr * m / (1 - beta1**self.t) / (v / (1 - beta2**self.t) + self.eps).sqrt()


@MISTAKES.known(
    "Adam.step",
    says="Your weight decay acts on the parameters directly, as in AdamW; Adam adds it to the gradient.",
    asks="Do the averages m and v see the weight decay in the docstring's formula?",
)
def weight_decay_as_in_adamw(self):
    self.t += 1
    beta1, beta2 = self.betas
    for p, m, v in zip(self.params, self.m, self.v, strict=True):
        p.data -= self.lr * self.weight_decay * p.data
        m.mul_(beta1).add_(p.grad, alpha=1 - beta1)
        v.mul_(beta2).add_(p.grad * p.grad, alpha=1 - beta2)
        p.data -= self.lr * m / (1 - beta1**self.t) / ((v / (1 - beta2**self.t)).sqrt() + self.eps)
