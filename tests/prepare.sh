#!/usr/bin/env bash
# Installs what the tests need beside Python where that is possible; else says what is missing.
set -u

missing=()
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    missing+=(chromium)
[ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ] || missing+=(fontconfig fonts-wqy-microhei)
command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
    missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "正在安装测试要用的软件：${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    if ! apt-get install -y -qq "${missing[@]}" >/dev/null 2>&1; then
        # A fresh image has no package lists yet.
        apt-get update -qq && apt-get install -y -qq "${missing[@]}" >/dev/null || true
    fi
    exit 0
fi

echo "缺少 ${missing[*]}，用到它们的测试会跳过。要一起测，请先运行："
echo "    sudo apt-get install ${missing[*]}"
