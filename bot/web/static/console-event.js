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

  var waiting = null;
  var asked = 0;
  function ask() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      var number = asked += 1;
      window.fetch(form.getAttribute("data-check"), {
        method: "POST", body: new FormData(form), credentials: "same-origin"
      }).then(function (response) {
        return response.ok ? response.json() : null;
      }).then(function (result) {
        // A slow answer must not write over a newer one.
        if (result && number === asked) { show(result); }
      }).catch(function () { /* the button does the same */ });
    }, 400);
  }

  form.addEventListener("input", function () { showKind(); ask(); });
  showKind();
}());
