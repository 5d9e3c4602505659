"""The framework that this course builds: the core of `torch.nn`, by hand, without autograd. Given.

Names are looked up when they are first used (PEP 562), so a mistake in one file leaves the others usable.
"""

import importlib

_FILES = {
    "module": ["Parameter", "Module"],
    "gradcheck": ["numerical_gradient"],
    "init": [
        "calculate_gain",
        "fan_in_and_fan_out",
        "uniform_",
        "normal_",
        "xavier_uniform_",
        "xavier_normal_",
        "kaiming_uniform_",
        "kaiming_normal_",
    ],
    "linear": ["Linear"],
    "activations": ["ReLU", "LeakyReLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax"],
    "containers": ["Sequential", "Flatten"],
    "losses": ["Loss", "MSELoss", "L1Loss", "NLLLoss", "CrossEntropyLoss", "BCEWithLogitsLoss"],
    "conv": [
        "conv_output_size",
        "conv2d_naive",
        "sliding_windows",
        "conv2d",
        "conv2d_grad_weight",
        "conv2d_grad_input",
        "Conv2d",
    ],
    "batchnorm": ["BatchNorm", "BatchNorm1d", "BatchNorm2d"],
    "dropout": ["Dropout"],
    "pooling": ["MaxPool2d", "AvgPool2d"],
    "upsampling": ["Upsample", "ConvTranspose2d"],
    "fast": [
        "FastDropout",
        "FastMaxPool2d",
        "FastAvgPool2d",
        "Columns",
        "columns_product",
        "columns_product_backward",
        "FastConv2d",
        "FastConvTranspose2d",
        "conv2d_fft",
    ],
    "winograd": ["winograd_matrices", "correlate", "conv2d_winograd", "Winograd", "WinogradConv2d"],
    "blocked": [
        "FastLeakyReLU",
        "FastSoftmax",
        "FastLogSoftmax",
        "FastMSELoss",
        "FastL1Loss",
        "FastBCEWithLogitsLoss",
        "FastCrossEntropyLoss",
        "FastBatchNorm1d",
        "FastBatchNorm2d",
    ],
    "optim": ["Optimizer", "SGD", "MultiStepLR", "Adam"],
}
_FILE_OF = {name: file for file, names in _FILES.items() for name in names}

__all__ = list(_FILE_OF)


def __getattr__(name):
    if name not in _FILE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_FILE_OF[name]}", __name__), name)


def __dir__():
    return __all__
