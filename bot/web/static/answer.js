/* Reads the answer aloud, makes type larger, prints. ES5: WeChat's old web view runs nothing newer.
   Without this script the page is whole; its buttons stay hidden. */
(function () {
  "use strict";
  var SIZES = ["", "big", "huge"];

  function show(id, press) {
    var button = document.getElementById(id);
    if (!button) { return null; }
    button.hidden = false;
    button.onclick = press;
    return button;
  }

  function remembered() {
    try { return Number(window.localStorage.getItem("size")) || 0; } catch (error) { return 0; }
  }

  function remember(size) {
    try { window.localStorage.setItem("size", String(size)); } catch (error) { /* private mode */ }
  }

  var size = remembered() % SIZES.length;
  document.documentElement.className = SIZES[size];
  var larger = show("larger", function () {
    size = (size + 1) % SIZES.length;
    document.documentElement.className = SIZES[size];
    larger.textContent = size === SIZES.length - 1 ? "字变回来" : "字再大些";
    remember(size);
  });
  if (larger && size === SIZES.length - 1) { larger.textContent = "字变回来"; }

  show("print", function () { window.print(); });

  var voice = window.speechSynthesis;
  if (!voice || !window.SpeechSynthesisUtterance) { return; }

  function lines() {
    /* Long utterances are cut off by some engines: one sentence each. */
    var text = document.getElementById("answer").innerText;
    return text.split(/\n+/).filter(function (line) { return line.trim(); });
  }

  function told(reading) {
    aloud.setAttribute("aria-pressed", String(reading));
    aloud.textContent = reading ? "不读了" : "读给我听";
  }

  var aloud = show("aloud", function () {
    if (aloud.getAttribute("aria-pressed") === "true") {
      voice.cancel();
      told(false);
      return;
    }
    var all = lines();
    voice.cancel();
    all.forEach(function (line, place) {
      var spoken = new window.SpeechSynthesisUtterance(line);
      spoken.lang = "zh-CN";
      spoken.rate = 0.9;
      if (place === all.length - 1) { spoken.onend = function () { told(false); }; }
      voice.speak(spoken);
    });
    told(true);
  });
  if (aloud) { told(false); }
  window.onpagehide = function () { voice.cancel(); };
})();
