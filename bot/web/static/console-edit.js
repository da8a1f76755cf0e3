// Checks an entry while it is being written, and goes to a line of a file. Without it the pages
// do the same by their buttons.
(function () {
  "use strict";

  function showList(box, lines, marked) {
    var list = document.createElement("ul");
    lines.forEach(function (line) {
      var item = document.createElement("li");
      item.textContent = line.text;
      if (marked && line.bad) { item.className = "problem"; }
      list.appendChild(item);
    });
    box.appendChild(list);
  }

  function show(result) {
    var box = document.getElementById("check-result");
    box.textContent = "";
    var problems = result.problems.map(function (one) {
      return { text: "第 " + one.line + " 行 " + one.severity + "：" + one.text, bad: one.severity === "错误" };
    });
    if (problems.length) {
      showList(box, problems, true);
    } else {
      var fine = document.createElement("p");
      fine.textContent = "没有问题。";
      box.appendChild(fine);
    }
    if (result.alike.length) {
      showList(box, result.alike.map(function (text) { return { text: text }; }), false);
    }
    document.getElementById("check-phone").textContent = result.phone;
    document.getElementById("check-bytes").textContent = result.bytes;
  }

  function goToLine(area) {
    var line = Number(area.getAttribute("data-line"));
    if (!line) { return; }
    var start = 0;
    for (var passed = 1; passed < line && start >= 0; passed += 1) {
      start = area.value.indexOf("\n", start) + 1 || -1;
    }
    if (start < 0) { return; }
    var end = area.value.indexOf("\n", start);
    area.focus();
    area.setSelectionRange(start, end < 0 ? area.value.length : end);
    area.scrollTop = (line - 5) * area.scrollHeight / area.value.split("\n").length;
  }

  var form = document.getElementById("entry-form");
  if (form && form.getAttribute("data-check") && window.fetch) { window.feisuWatch(form, 600, show); }
  var area = document.getElementById("text");
  if (area) { goToLine(area); }
}());
