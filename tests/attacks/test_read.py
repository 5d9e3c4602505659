"""Reading what is none of a submission's business: expected values, tests, the environment, the parent, files."""

import pytest

GUARDED = "Permission|No such file|not permitted|No module|import of|is not defined|NoneType"

PAST_THE_RULES = {
    "a file of the user's": (GUARDED, "return 'ATTACK ' + open(secret).read()"),
    "a file of the user's, by torch": (
        GUARDED,
        "import torch\nreturn 'ATTACK' + str(torch.from_file(secret, size=4, dtype=torch.uint8).tolist())",
    ),
    "the passwords": (GUARDED, "return 'ATTACK ' + open('/etc/passwd').read()"),
    "the folders above": (GUARDED, "import os\nreturn 'ATTACK ' + str(os.listdir('..'))"),
    "the temporary files": (GUARDED, "import os, tempfile\nreturn 'ATTACK ' + str(os.listdir('/tmp'))"),
    "the memory of the parent": (
        GUARDED,
        "import os\nreturn 'ATTACK ' + str(open(f'/proc/{os.getppid()}/mem', 'rb').read(9))",
    ),
    "the memory of the grader": (GUARDED, "return 'ATTACK ' + open(f'/proc/{pid}/maps').read(9)"),
    "the environment of the grader": (GUARDED, "return 'ATTACK ' + open(f'/proc/{pid}/environ').read()"),
    "the descriptors of the grader": (GUARDED, "import os\nreturn 'ATTACK ' + str(os.listdir(f'/proc/{pid}/fd'))"),
    "its own environment": (
        "expected a tensor, got \\[\\]",
        "import os\nreturn [k for k in os.environ]",
    ),
    "the solutions": (GUARDED, "import solutions.activations as s\nreturn 'ATTACK'"),
    "the autograder": (GUARDED, "import autograder.topics\nreturn 'ATTACK'"),
    "process_vm_readv": (
        "expected a tensor, got -1",
        "import ctypes\nreturn ctypes.CDLL(None).process_vm_readv(pid, 0, 0, 0, 0, 0)",
    ),
    "open_by_handle_at": (
        "expected a tensor, got -1",
        "import ctypes\nreturn ctypes.CDLL(None).syscall(304, -1, 0, 0)",
    ),
    "expected values among all objects": (
        "expected a tensor, got 0",
        "import gc\nreturn sum(type(o).__name__ in ('Question', 'Oracle') for o in gc.get_objects())",
    ),
}


@pytest.mark.parametrize("name", PAST_THE_RULES)
def test_reading_past_the_rules(name, past_the_rules):
    past_the_rules(*PAST_THE_RULES[name])


UNREAD = {
    "open": ("the built-in open", "return open('/etc/passwd').read()"),
    "Path": ("import of pathlib", "from pathlib import Path\nreturn Path('/etc/passwd').read_text()"),
    "torch.load": ("torch.load is out of bounds", "return torch.load('/etc/passwd')"),
    "a reader of torch's": ("PyTorchFileReader is out of bounds", "return torch.PyTorchFileReader('/etc/passwd')"),
    "a file as a tensor": ("torch.from_file is out of bounds", "return torch.from_file('/etc/passwd', size=9)"),
    "a storage of a file": ("UntypedStorage", "return torch.UntypedStorage.from_file('/etc/passwd')"),
    "a file written by numpy": ("the attribute tofile", "x.numpy().tofile('/tmp/x')"),
    "the frames above": ("the attribute gi_frame", "return (i for i in x).gi_frame.f_back"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_reading_is_refused_by_the_text(name, costs):
    costs(*UNREAD[name])
