// The page only shows what the server tells and posts what a thumb did. Texts are always set with
// textContent, so nothing a resident or the bot says can become markup.
"use strict";

const CHANNELS = { "customer-service": "客服消息", "mass-send": "群发", preview: "预览" };
const RULINGS = { reply: "回复", silent: "不回复", fault: "故障", ok: "接口成功", refused: "接口拒绝" };
const POLL_MILLISECONDS = 700;

const byId = (id) => document.getElementById(id);
const view = { run: "", openid: "", after: 0, journal: 0, seen: {}, following: true, menu: "" };

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (tag === "button") made.type = "button";
  return made;
}

async function control(name, wish) {
  try {
    const response = await fetch(`control/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wish),
    });
    const outcome = await response.json();
    if (!outcome.ok) toast(outcome.error);
    return outcome;
  } catch {
    toast("连不上模拟器");
    return { ok: false };
  } finally {
    poll();
  }
}

function act(action, more = {}) {
  return control("act", { action, openid: view.openid, ...more });
}

function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, 3000);
}

function segmentNode(segment) {
  if (segment.message) {
    const tap = element("button", "tap", segment.text);
    tap.addEventListener("click", () =>
      act("tap", { text: segment.message, menu_id: segment.menu_id }));
    return tap;
  }
  if (segment.href) {
    const link = element("a", "", segment.text);
    link.href = segment.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  return document.createTextNode(segment.text);
}

function articleNode(article) {
  const box = element("div", "article");
  const safe = /^https?:\/\//i.test(article.url) ? article.url : "";
  box.append(segmentNode({ text: article.title, href: safe }));
  box.append(element("p", "", article.description));
  return box;
}

function lineNode(line) {
  const box = element("div", `line ${line.sender}`);
  const time = element("time", "", line.at);
  if (CHANNELS[line.channel]) time.append(element("b", "", CHANNELS[line.channel]));
  const bubble = element("div", "bubble");
  bubble.append(...line.segments.map(segmentNode), ...line.articles.map(articleNode));
  box.append(time, bubble);
  return box;
}

function showLines(lines) {
  const talk = byId("talk");
  for (const line of lines) {
    talk.append(lineNode(line));
    view.after = Math.max(view.after, line.number);
  }
  if (lines.length) talk.scrollTop = talk.scrollHeight;
}

function showResidents(residents) {
  const list = byId("residents");
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.openid : "";
  list.replaceChildren(...residents.map((resident) => {
    const current = resident.openid === view.openid;
    if (current) view.seen[resident.openid] = resident.latest;
    const button = element("button", "", resident.name);
    button.dataset.openid = resident.openid;
    button.setAttribute("aria-pressed", String(current));
    if (!resident.following) button.append(element("span", "gone", "未关注"));
    else if (resident.latest > (view.seen[resident.openid] || 0)) {
      const dot = element("span", "unread");
      dot.title = "有新消息";
      button.append(dot);
    }
    button.addEventListener("click", () => switchTo(resident.openid));
    const item = element("li");
    item.append(button);
    if (resident.openid === focused) queueMicrotask(() => button.focus());
    return item;
  }));
  const owner = residents.find((resident) => resident.openid === view.openid);
  byId("owner").textContent = owner ? owner.name : "";
  showFollowing(owner ? owner.following : true);
}

function showFollowing(following) {
  view.following = following;
  byId("entry").hidden = !following;
  byId("menu").hidden = !following;
  byId("invite").hidden = following;
  byId("following").textContent = following ? "取消关注" : "关注公众号";
}

function showMenu(menu) {
  const written = JSON.stringify(menu);
  if (written === view.menu) return;
  view.menu = written;
  byId("menu").replaceChildren(...menu.map((button) => {
    const box = element("div");
    const children = button.sub_button || [];
    const head = element("button", "", children.length ? `≡ ${button.name}` : button.name);
    if (children.length) {
      const drawer = element("div", "children");
      drawer.hidden = true;
      drawer.append(...children.map(menuButton));
      head.setAttribute("aria-expanded", "false");
      head.addEventListener("click", (event) => {
        event.stopPropagation();
        const open = drawer.hidden;
        closeDrawers();
        drawer.hidden = !open;
        head.setAttribute("aria-expanded", String(open));
      });
      box.append(head, drawer);
    } else {
      box.append(menuButton(button));
    }
    return box;
  }));
}

function menuButton(button) {
  const made = element("button", "", button.name);
  made.addEventListener("click", () => {
    act("menu", { key: button.key || button.url || button.name });
    if (button.type === "view") toast(`打开网页：${button.url}`);
  });
  return made;
}

function closeDrawers() {
  for (const drawer of document.querySelectorAll(".menu .children")) {
    drawer.hidden = true;
    drawer.previousElementSibling.setAttribute("aria-expanded", "false");
  }
}

function showJournal(lines) {
  const list = byId("journal");
  for (const line of lines) {
    const item = element("li", line.ruling);
    item.append(element("time", "", line.at), element("b", "", RULINGS[line.ruling]));
    item.append(document.createTextNode(line.title), element("p", "", line.reason));
    list.prepend(item);
    view.journal = Math.max(view.journal, line.number);
  }
}

function showAwaiting(sends) {
  byId("awaiting").replaceChildren(...sends.map((send) => {
    const item = element("li", "", `待确认的群发：${send.text.slice(0, 40)}`);
    const row = element("div", "row");
    for (const [label, agreed] of [["确认发送", true], ["拒绝", false]]) {
      const button = element("button", "", label);
      button.addEventListener("click", () => control("mass", { id: send.id, agreed }));
      row.append(button);
    }
    item.append(row);
    return item;
  }));
}

function switchTo(openid) {
  view.openid = openid;
  view.after = 0;
  byId("talk").replaceChildren();
  poll();
}

function startOver(run) {
  Object.assign(view, { run, after: 0, journal: 0, seen: {}, menu: "" });
  byId("talk").replaceChildren();
  byId("journal").replaceChildren();
}

async function fetchState() {
  const query = new URLSearchParams({
    openid: view.openid, after: view.after, journal: view.journal,
  });
  const response = await fetch(`state?${query}`);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

// One poll at a time: two at once would show the same lines twice.
async function poll() {
  if (poll.running) { poll.again = true; return; }
  poll.running = true;
  clearTimeout(poll.timer);
  const { openid, run } = view;
  try {
    const state = await fetchState();
    if (state.run !== run) {
      startOver(state.run);
      poll.again = true;
    } else if (openid === view.openid) {
      show(state);
    } else {
      poll.again = true;
    }
  } catch {
    toast("模拟器没有运行");
  }
  poll.running = false;
  const soon = poll.again;
  poll.again = false;
  poll.timer = setTimeout(poll, soon ? 0 : POLL_MILLISECONDS);
}

function show(state) {
  if (!state.residents.some((resident) => resident.openid === view.openid)) {
    view.openid = state.residents[0].openid;
    poll.again = true;
    return;
  }
  showLines(state.lines);
  showResidents(state.residents);
  showMenu(state.menu);
  showJournal(state.journal);
  showAwaiting(state.awaiting);
  byId("now").textContent = state.now;
  byId("time").textContent = state.now.slice(11, 16);
  byId("protection").checked = state.protected;
  byId("fault-count").textContent = state.faults ? `（${state.faults}）` : "";
  byId("allowance").textContent = state.allowance === null
    ? "未认证，不能发客服消息和群发" : `还可以发客服消息 ${state.allowance} 条`;
  if (document.activeElement !== byId("level")) byId("level").value = state.level;
}

function wish(value) {
  const [kind, code] = value.split(":");
  return { kind, code: Number(code || -1), seconds: kind === "slow" ? 3 : 30 };
}

byId("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  const box = byId("text");
  const text = box.value;
  box.value = "";
  box.focus();
  act("say", { text });
});
byId("voice").addEventListener("click", () => act("voice"));
byId("image").addEventListener("click", () => act("image"));
byId("follow").addEventListener("click", () => act("follow"));
byId("following").addEventListener("click", () => act(view.following ? "unfollow" : "follow"));
byId("repeat").addEventListener("click", () => act("repeat"));
byId("add-resident").addEventListener("click", async () => {
  const outcome = await control("resident", {});
  if (outcome.ok) switchTo(outcome.result);
});
byId("level").addEventListener("change", (event) => {
  control("level", { level: event.target.value });
  event.target.blur();
});
byId("protection").addEventListener("change", (event) =>
  control("protection", { on: event.target.checked }));
const nextNotice = document.getElementById("next-notice");
if (nextNotice) {
  nextNotice.addEventListener("click", async () => {
    const outcome = await control("next-notice", {});
    toast(outcome.result || outcome.error || "");
  });
}
byId("handshake").addEventListener("click", async () => {
  const outcome = await control("handshake", {});
  if (outcome.ok) toast(outcome.result);
});
byId("forward").addEventListener("click", (event) => {
  const seconds = Number(event.target.dataset.seconds);
  if (seconds) control("forward", { seconds });
});
byId("add-fault").addEventListener("click", () => control("faults", wish(byId("fault").value)));
byId("clear-faults").addEventListener("click", () => control("faults", { kind: "none" }));
byId("clear-journal").addEventListener("click", () => byId("journal").replaceChildren());
document.addEventListener("click", closeDrawers);
poll();
