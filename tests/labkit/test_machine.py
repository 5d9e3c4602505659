"""What is measured of a machine: no times, which nobody knows before, but what must hold for any."""

import mmap

import pytest
import torch

import solutions
from labkit.machine import Machine, measure_machine, page_faults, roofline, seconds, work

MACHINE = Machine(peak=100e9, bandwidth=10e9)


def test_seconds_of_more_work_are_more():
    small, large = torch.rand(10), torch.rand(1_000_000)
    assert 0 < seconds(lambda: small * 2) < seconds(lambda: large * 2)


def test_fresh_memory_costs_page_faults_and_memory_in_use_none():
    def touch_fresh_memory():  # from the system itself: an allocator may have kept some
        with mmap.mmap(-1, 2**26) as memory:
            memory[:: mmap.PAGESIZE] = bytes(2**26 // mmap.PAGESIZE)

    x = torch.rand(2**20)
    if (fresh := page_faults(touch_fresh_memory)) is None:
        pytest.skip("this system does not count them")
    assert page_faults(lambda: x.mul_(2)) < 10 < fresh


@pytest.mark.parametrize(("operations", "size", "expected"), [(300e9, 10e9, 3), (100e9, 20e9, 2), (100e9, 10e9, 1)])
def test_the_slower_of_computing_and_moving_decides(operations, size, expected):
    assert MACHINE.shortest(operations, size) == pytest.approx(expected)


def test_a_machine_says_what_it_is():
    assert str(MACHINE) == (
        "peak 100 billion operations per second, bandwidth 10.0 billion bytes per second, "
        "corner at 10.0 operations per byte"
    )


def test_this_machine_has_a_peak_and_a_bandwidth():
    machine = measure_machine(size=128, entries=2**16)
    assert machine.peak > 1e6 and machine.bandwidth > 1e6


def test_roofline_shows_the_roof_and_every_point():
    axes = roofline(MACHINE, {"poor": (1e9, 8e9, 1.0), "rich": (1e12, 1e9, 20.0)})
    roof, *points = axes.lines
    assert roof.get_ydata()[1] == roof.get_ydata()[2] == 100
    assert [(p.get_xdata()[0], p.get_ydata()[0]) for p in points] == [(0.125, 1), (1000, 50)]
    assert {"poor", "rich"} <= {text.get_text() for text in axes.texts}


@pytest.mark.parametrize(
    ("make", "shape", "operations", "numbers"),
    [
        (lambda nn: nn.Linear(4, 3), (2, 4), 2 * 2 * 3 * 4, 2 * 4 + 3 * 4 + 3 + 2 * 3),
        (lambda nn: nn.Conv2d(2, 3, 3, padding=1), (2, 2, 5, 4), 2 * 2 * 3 * 20 * 18, 80 + 54 + 3 + 120),
        (lambda nn: nn.ReLU(), (5, 7), 35, 70),
    ],
)
@pytest.mark.parametrize("framework", [solutions, torch.nn])
def test_work_counts_every_term_and_every_tensor(framework, make, shape, operations, numbers):
    assert work(make(framework), torch.randn(shape)) == (operations, 4 * numbers)
