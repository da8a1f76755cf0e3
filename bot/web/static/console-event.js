// Shows the next ten dates of an event while its form is filled in. Without it the button does.
(function () {
  "use strict";
  var form = document.getElementById("event-form");
  if (!form) { return; }

  function showKind() {
    var kind = document.getElementById("rule_kind").value;
    form.querySelectorAll("[data-kind]").forEach(function (part) {
      part.hidden = part.getAttribute("data-kind") !== kind;
    });
  }

  function list(kind, lines, name) {
    var made = document.createElement(kind);
    lines.forEach(function (line) {
      var item = document.createElement("li");
      item.textContent = line;
      item.className = name;
      made.appendChild(item);
    });
    return made;
  }

  function show(result) {
    var box = document.getElementById("event-result");
    box.textContent = "";
    if (result.problems.length) { box.appendChild(list("ul", result.problems, "problem")); }
    box.appendChild(list("ol", result.dates, ""));
    document.getElementById("event-notice").textContent = result.notice || "（不发通知）";
  }

  form.addEventListener("input", showKind);
  window.feisuWatch(form, 400, show);
  showKind();
}());
