# make lab        open the course in JupyterLab
# make grade      grade scaffold/, or another submission: make grade SUBMISSION=path/to/folder-or.zip
# make test       run the tests
# make bench      race every class of solutions/ against torch.nn; BENCH_ARGS=--quick for a look
# make reproduce  do every experiment again and write docs/RESULTS.md; ended in between, it goes on where it was
#
# Each installs what it needs into .venv first, if that has not been done. The same without make: README.md.

SUBMISSION ?= scaffold
GRADE_ARGS ?=
LAB_ARGS ?=
TEST_ARGS ?= -n 2 --dist worksteal
BENCH_ARGS ?=
REPRODUCE_ARGS ?=

PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.10 python)
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14))

ifeq ($(OS),Windows_NT)
VENV_PYTHON := .venv/Scripts/python.exe
else
VENV_PYTHON := .venv/bin/python
endif
# Holds the folder it was made for: a course folder that was moved is installed again.
INSTALLED := .venv/installed

.PHONY: help lab grade test bench reproduce
help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

lab: $(INSTALLED)
	$(VENV_PYTHON) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb $(LAB_ARGS)

grade: $(INSTALLED)
	@$(VENV_PYTHON) -m autograder grade "$(SUBMISSION)" $(GRADE_ARGS)

test: $(INSTALLED)
	OMP_NUM_THREADS=1 $(VENV_PYTHON) -m pytest $(TEST_ARGS)

bench: $(INSTALLED)
	@$(VENV_PYTHON) -m benchmarks bench $(BENCH_ARGS)

reproduce: $(INSTALLED)
	@$(VENV_PYTHON) -m benchmarks reproduce $(REPRODUCE_ARGS)

ifneq ($(shell cat $(INSTALLED) 2>/dev/null),$(CURDIR))
.PHONY: $(INSTALLED)
endif
$(INSTALLED): pyproject.toml constraints.txt
	@$(VENV_PYTHON) -c '$(SUITABLE)' 2>/dev/null || { \
		for python in $(PYTHONS); do \
			if $$python -c '$(SUITABLE)' 2>/dev/null; then found=$$python; break; fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo "No Python 3.10 to 3.13 with the modules venv and ensurepip was found." >&2; \
			echo "Install one (Debian, Ubuntu: apt install python3-venv), or name it: make PYTHON=/path/to/python3.12" >&2; \
			exit 1; \
		fi; \
		echo "==> Creating .venv with $$($$found --version)"; \
		$$found -m venv --clear .venv; \
	}
	@echo "==> Installing the course and what it needs into .venv: a few minutes, only this once"
	@$(VENV_PYTHON) -m pip install --disable-pip-version-check -c constraints.txt -e ".[test]"
	@echo "$(CURDIR)" > $@
	@echo "==> Installed"
