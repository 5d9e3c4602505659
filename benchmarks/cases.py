"""What is raced: every class of `solutions` that `torch.nn` has too, on small and on large inputs."""

from dataclasses import dataclass, field
from functools import partial

import torch

import solutions


@dataclass(frozen=True)
class Case:
    """One race. name: the class, here and in torch.nn. inputs: the shape of x, or a function that makes all inputs."""

    name: str
    arguments: tuple = ()
    inputs: object = (100, 3, 10, 10)
    keywords: dict = field(default_factory=dict)

    def forms(self):
        """{'torch.nn': …, 'readable': …} and, where there is one, {'fast': …}: the same module with the same weights.

        readable: of `solutions`. fast: its twin that takes the least time.
        """
        classes = {"torch.nn": getattr(torch.nn, self.name), "readable": getattr(solutions, self.name)}
        if faster := fast(self.name):
            classes["fast"] = faster
        made = {form: kind(*self.arguments, **self.keywords) for form, kind in classes.items()}
        for module in made.values():
            module.load_state_dict(made["readable"].state_dict())
        return made

    def draw(self):
        """New inputs for one forward, a list."""
        return self.inputs() if callable(self.inputs) else [torch.randn(self.inputs)]

    def __str__(self):
        options = [str(a) for a in self.arguments] + [f"{key}={value}" for key, value in self.keywords.items()]
        shape = "x".join(map(str, self.draw()[0].shape))
        return f"{self.name}({', '.join(options)}) on {shape}"


def fast(name):
    """The class of `solutions` that is the fast form of another, or None."""
    return getattr(solutions, f"Winograd{name}", getattr(solutions, f"Fast{name}", None))


def regression(*shape):
    return [torch.randn(shape), torch.randn(shape)]


def yes_or_no(*shape):
    return [torch.randn(shape), torch.randint(2, shape).float()]


def classification(n, classes):
    return [torch.randn(n, classes), torch.randint(classes, (n,))]


def log_probabilities(n, classes):
    x, target = classification(n, classes)
    return [x.log_softmax(1), target]


IMAGES = (64, 64, 32, 32)

CASES = {
    "small": [
        Case("Linear", (10, 10)),
        Case("ReLU"),
        Case("LeakyReLU"),
        Case("Sigmoid"),
        Case("Tanh"),
        Case("Softmax", (1,), (1000, 10)),
        Case("LogSoftmax", (1,), (1000, 10)),
        Case("MSELoss", (), partial(regression, 100, 3, 10, 10)),
        Case("L1Loss", (), partial(regression, 100, 3, 10, 10)),
        Case("BCEWithLogitsLoss", (), partial(yes_or_no, 100, 3, 10, 10)),
        Case("NLLLoss", (), partial(log_probabilities, 1000, 10)),
        Case("CrossEntropyLoss", (), partial(classification, 1000, 10)),
        Case("Conv2d", (3, 8, 3)),
        Case("Conv2d", (3, 8, 3), keywords={"padding": 1}),
        Case("Conv2d", (3, 16, 5), keywords={"stride": 2, "padding": 2}),
        Case("ConvTranspose2d", (3, 8, 4), keywords={"stride": 2, "padding": 1}),
        Case("BatchNorm1d", (10,), (1000, 10)),
        Case("BatchNorm2d", (3,)),
        Case("Dropout", (0.5,)),
        Case("MaxPool2d", (2,)),
        Case("AvgPool2d", (2,)),
        Case("Upsample", keywords={"scale_factor": 2}),
    ],
    "large": [
        Case("Linear", (512, 512), (256, 512)),
        Case("ReLU", (), IMAGES),
        Case("LeakyReLU", (), IMAGES),
        Case("Sigmoid", (), IMAGES),
        Case("Tanh", (), IMAGES),
        Case("Softmax", (1,), (4096, 1000)),
        Case("LogSoftmax", (1,), (4096, 1000)),
        Case("MSELoss", (), partial(regression, *IMAGES)),
        Case("L1Loss", (), partial(regression, *IMAGES)),
        Case("BCEWithLogitsLoss", (), partial(yes_or_no, *IMAGES)),
        Case("NLLLoss", (), partial(log_probabilities, 4096, 1000)),
        Case("CrossEntropyLoss", (), partial(classification, 4096, 1000)),
        Case("Conv2d", (16, 32, 3), (32, 16, 32, 32), {"padding": 1}),
        Case("Conv2d", (64, 64, 3), (16, 64, 32, 32), {"padding": 1}),
        Case("Conv2d", (32, 32, 5), (16, 32, 64, 64), {"padding": 2}),
        Case("Conv2d", (3, 32, 3), (64, 3, 32, 32), {"stride": 2, "padding": 1}),
        Case("ConvTranspose2d", (32, 32, 4), (16, 32, 16, 16), {"stride": 2, "padding": 1}),
        Case("BatchNorm1d", (512,), (4096, 512)),
        Case("BatchNorm2d", (64,), IMAGES),
        Case("Dropout", (0.5,), IMAGES),
        Case("MaxPool2d", (2,), IMAGES),
        Case("AvgPool2d", (2,), IMAGES),
        Case("Upsample", (), IMAGES, {"scale_factor": 2}),
    ],
}
BY_NAME = {(size, str(case)): case for size, cases in CASES.items() for case in cases}
