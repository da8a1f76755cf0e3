// Asks the office while a form is being filled in; the form's `data-check` says where. Without it
// the page's button does the same.
window.feisuWatch = function (form, delay, show) {
  "use strict";
  var waiting = null;
  var asked = 0;
  form.addEventListener("input", function () {
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
    }, delay);
  });
};
