.DEFAULT_GOAL := help
SHELL := /bin/bash

VENV := .venv
PYTHON := $(VENV)/bin/python
# Tests run in several processes, each file in one of them.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile

.PHONY: help
help:  ## 列出所有目标
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: run
run: $(VENV)/.run  ## 在本机运行：网页、定时任务、模拟公众号
	$(VENV)/bin/feisu run

.PHONY: chat
chat: $(VENV)/.run  ## 在终端里和助手聊
	@$(VENV)/bin/feisu chat

.PHONY: test
test: $(VENV)/.dev  ## 运行全部测试（Debian 上以 root 运行会先装好浏览器、中文字体和 PostgreSQL）
	@bash tests/prepare.sh
	$(PYTHON) -m pytest $(SIDE_BY_SIDE) -rs

.PHONY: check
check: $(VENV)/.dev  ## 提交前：格式、规范、类型、导入规则、快速测试、内容检查
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(PYTHON) -m pytest $(SIDE_BY_SIDE) -q -m "not slow"
	$(VENV)/bin/feisu check

.PHONY: bench
bench: $(VENV)/.dev  ## 测速：吞吐、延迟、启动时间、内存
	$(PYTHON) -m bench
	$(PYTHON) -m bench.notices

.PHONY: kill-test
kill-test: $(VENV)/.dev  ## 发通知时反复强行杀进程（两种数据库各一百次），没有人收到两次，没有人漏掉
	FEISU_KILLS=100 $(PYTHON) -m pytest -v tests/e2e/test_killed_sending.py

QUESTIONS = $(wildcard knowledge/evaluation/*.jsonl)
.PHONY: eval
eval: $(VENV)/.dev  ## 衡量答得准不准：各套开发问题，和几种普通方法对比（量别的文件：QUESTIONS=文件）
	$(VENV)/bin/feisu eval --half report $(QUESTIONS)
	$(PYTHON) -m bench.compare $(filter-out %must-not-answer.jsonl %danger.jsonl %service.jsonl,$(QUESTIONS))

.PHONY: pictures
pictures: $(VENV)/.dev  ## 重新截取工作人员手册里的图
	$(PYTHON) scripts/guide_pictures.py

.PHONY: format
format: $(VENV)/.dev  ## 整理代码格式
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

.PHONY: lock
lock: $(VENV)/.dev  ## 重新锁定依赖版本（锁文件里不出现任何主机名）
	$(VENV)/bin/pip install -q uv
	$(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	$(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock

$(VENV)/bin/python:
	@bash scripts/make-venv.sh $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(PYTHON) -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(PYTHON) -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@ $(VENV)/.run
