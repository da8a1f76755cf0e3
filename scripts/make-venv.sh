#!/usr/bin/env bash
# Makes the virtual environment, or says in plain words what to install first.
set -u
target=$1

for candidate in python3 python3.11 python3.12 python3.13; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$candidate
        break
    fi
done

if [ -z "${python:-}" ]; then
    echo "需要 Python 3.11 或更新的版本。Debian/Ubuntu 上请运行：" >&2
    echo "    sudo apt-get install python3 python3-venv" >&2
    exit 1
fi

if ! "$python" -m venv "$target" 2>/dev/null; then
    rm -rf "$target"
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "这台机器的 Python 缺少 venv。Debian/Ubuntu 上请运行：" >&2
    echo "    sudo apt-get install python3-venv python${version}-venv" >&2
    exit 1
fi
