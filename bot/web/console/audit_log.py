"""The log of what staff did: to be read, never changed."""

from flask import Blueprint, render_template, request

from bot.storage import audit, staff
from bot.storage.staff import Role
from bot.web.console.desk import Desk
from bot.web.console.guard import needs

A_PAGE = 50

ACTIONS = {
    "sign-in": "登录",
    "sign-in.failed": "登录失败",
    "sign-out": "退出",
    "staff.add": "开账号",
    "staff.change": "改账号",
    "staff.reset": "重设密码",
    "staff.password": "改自己的密码",
    "settings.change": "改设置",
    "menu.push": "推送菜单",
    "event.photo": "传活动照片",
    "event.photo-removed": "删活动照片",
    "event.record": "写活动记录",
    "notice.approve": "批准通知",
    "notice.decline": "通知不发",
    "notice.replies": "通知只随回复",
    "notice.arrived": "核实通知已发",
    "notice.not-sent": "核实通知没发",
    "talks.groups": "登记名单",
    "knowledge.submit": "提交修改",
    "knowledge.publish": "发布内容",
    "knowledge.return": "退回修改",
    "knowledge.withdraw": "撤回修改",
    "knowledge.approve": "审核问答",
    "figures.export": "下载统计",
    "talks.search": "查找对话",
    "talks.read": "看对话",
    "talks.waiting": "看等候的居民",
    "talks.voice": "听语音留言",
    "talks.reply": "回复居民",
    "talks.withdraw": "收回回复",
    "talks.note": "写备注",
    "talks.hold": "接过对话",
    "talks.hand-back": "交还给机器人",
    "talks.assign": "指派",
    "talks.close": "办完登记",
    "talks.alarm": "处理危险信号",
    "misses.resolve": "了结未答问题",
    "misses.reopen": "重新打开未答问题",
}
"""How each kind of deed reads; one that is missing here is shown by its own name."""

TOPICS = {
    "": "全部",
    "sign": "登录和退出",
    "staff": "人员",
    "settings": "设置",
    "knowledge": "问答",
    "talks": "对话",
    "misses": "未答问题",
    "figures": "统计",
    "menu": "菜单",
}


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the page of the log."""

    @pages.get("/audit")
    @needs(Role.ADMIN)
    def show_audit() -> str:
        before = request.args.get("before", type=int)
        who = request.args.get("who", type=int)
        topic = request.args.get("topic", "")
        with desk.database.reading() as connection:
            deeds = audit.list_deeds(
                connection,
                before=before,
                staff_id=who,
                action=topic if topic in TOPICS else "",
                limit=A_PAGE + 1,
            )
            everybody = staff.list_staff(connection)
        return render_template(
            "console/settings/audit.html",
            deeds=deeds[:A_PAGE],
            older=deeds[A_PAGE - 1].id if len(deeds) > A_PAGE else None,
            actions=ACTIONS,
            topics=TOPICS,
            topic=topic,
            who=who,
            everybody=everybody,
            is_first=before is None,
        )
