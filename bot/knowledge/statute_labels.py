"""The labels by which entries cite laws whose full titles are too long for a citation."""

import re
from pathlib import PurePath

_LABELS = {
    "最高人民法院关于人民调解协议司法确认程序的若干规定": "人民调解协议司法确认规定",
    "最高人民法院关于审理人身损害赔偿案件适用法律若干问题的解释": "人身损害赔偿司法解释",
    "最高人民法院关于适用《中华人民共和国民法典》侵权责任编的解释（一）": "侵权责任编解释一",
    "最高人民法院关于审理涉及农村土地承包纠纷案件适用法律问题的解释": "农村土地承包司法解释",
    "最高人民法院关于适用《中华人民共和国民法典》合同编通则若干问题的解释": "合同编通则解释",
    "最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）": "婚姻家庭编解释一",
    "最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（二）": "婚姻家庭编解释二",
    "最高人民法院关于审理涉彩礼纠纷案件适用法律若干问题的规定": "彩礼司法解释",
    "最高人民法院关于适用《中华人民共和国民法典》总则编若干问题的解释": "总则编解释",
    "中华人民共和国政府信息公开条例": "政府信息公开条例",
    "最高人民法院关于审理民间借贷案件适用法律若干问题的规定": "民间借贷司法解释",
    "最高人民法院关于适用《中华人民共和国民法典》物权编的解释（一）": "物权编解释一",
    "最高人民法院关于确定民事侵权精神损害赔偿责任若干问题的解释": "精神损害赔偿司法解释",
    "最高人民法院关于适用《中华人民共和国民法典》继承编的解释（一）": "继承编解释一",
    "最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定": "诉讼时效司法解释",
    "中华人民共和国全国人民代表大会和地方各级人民代表大会选举法": "选举法",
    "最高人民法院关于审理道路交通事故损害赔偿案件适用法律若干问题的解释": "道路交通事故司法解释",
}
KNOWN_LABELS = frozenset(_LABELS.values()) | {
    "人民调解法",
    "信访工作条例",
    "农村土地承包法",
    "农村土地承包经营纠纷调解仲裁法",
    "农村集体经济组织法",
    "反家庭暴力法",
    "国旗法",
    "妇女权益保障法",
    "宪法",
    "家庭教育促进法",
    "未成年人保护法",
    "村民委员会组织法",
    "民事诉讼法",
    "民法典",
    "法律援助法",
    "物业管理条例",
    "老年人权益保障法",
    "行政处罚法",
    "行政复议法",
    "行政复议法实施条例",
    "行政强制法",
    "行政许可法",
    "行政诉讼法",
}
"""Laws an entry may cite before anyone has imported them here."""
_LABEL = re.compile(r"[一-鿿]{2,30}")
# Downloads are named `中华人民共和国行政复议法_20230901 (1).docx`.
_VERSION = re.compile(r"[_\s（(［\[-]+[\d年月日修正订版].*$")


def label_for(title: str, file_name: str) -> str:
    """Choose a law's label: the known short one, else from the file's name, else the title."""
    stem = _VERSION.sub("", PurePath(file_name).stem.replace(" ", ""))
    for name in (title, stem):
        wide = name.replace("(", "（").replace(")", "）")
        if wide in _LABELS:
            return _LABELS[wide]
    for name in (stem, title):
        label = name.strip("《》").removeprefix("中华人民共和国")
        if is_label(label):
            return label
    return ""


def is_label(text: str) -> bool:
    """Tell whether citations can use the text: Chinese characters only."""
    return bool(_LABEL.fullmatch(text))
