// Counts at once and sends when it can: a tap is kept on the phone until the office has it.
// Each carries a number of its own, so that what is sent twice is counted once. Without this
// script every button is a form.
(function () {
  "use strict";
  var stall = document.getElementById("stall");
  if (!stall || !window.fetch || !window.crypto) { return; }
  var key = stall.getAttribute("data-key");
  var told = document.getElementById("stall-waiting");
  var queue = [];
  var busy = false;

  function number() {
    var bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (one) {
      return ("0" + one.toString(16)).slice(-2);
    }).join("");
  }

  function keep() {
    try { window.localStorage.setItem(key, JSON.stringify(queue)); } catch (error) { /* private mode */ }
    told.hidden = queue.length === 0;
    told.textContent = queue.length ? "信号不好，还有 " + queue.length + " 次没有传上去。先别关这一页，有信号会自动传。" : "";
  }

  function show(counts) {
    stall.querySelectorAll("[data-count]").forEach(function (box) {
      var kind = box.getAttribute("data-count");
      var count = counts[kind] || 0;
      queue.forEach(function (one) { if (one.fields.kind === kind) { count += Number(one.fields.count); } });
      box.textContent = Math.max(0, count);
    });
  }

  function send() {
    if (busy || !queue.length) { keep(); return; }
    busy = true;
    var first = queue[0];
    var form = new FormData();
    Object.keys(first.fields).forEach(function (name) { form.append(name, first.fields[name]); });
    form.set("csrf", stall.querySelector("input[name=csrf]").value);
    form.set("by", "script");
    window.fetch(first.to, { method: "POST", body: form, credentials: "same-origin", redirect: "error" })
      .then(function (response) {
        if (response.status === 422) { return { refused: true }; }
        if (!response.ok) { throw new Error("not kept"); }
        return response.json();
      })
      .then(function (result) {
        busy = false;
        queue.shift();
        keep();
        if (result.counts) { show(result.counts); }
        send();
      })
      .catch(function () { busy = false; keep(); });
  }

  stall.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-tap")) { return; }
    event.preventDefault();
    var fields = {};
    new FormData(form).forEach(function (value, name) { if (name !== "csrf") { fields[name] = value; } });
    fields.once = number();
    queue.push({ to: form.getAttribute("action"), fields: fields });
    var box = stall.querySelector('[data-count="' + fields.kind + '"]');
    if (box) { box.textContent = Math.max(0, Number(box.textContent) + Number(fields.count)); }
    if (form.hasAttribute("data-clear")) { form.querySelector("textarea").value = ""; }
    keep();
    send();
  });

  // A photo of today's phones is larger than the office takes: it is made smaller first.
  var photo = document.getElementById("stall-photo");
  photo.addEventListener("submit", function (event) {
    var file = photo.querySelector("input[type=file]").files[0];
    if (!file || !window.createImageBitmap) { return; }
    event.preventDefault();
    window.createImageBitmap(file).then(function (picture) {
      var scale = Math.min(1, 1280 / Math.max(picture.width, picture.height));
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.8); });
    }).then(function (small) {
      var form = new FormData(photo);
      form.set("photo", small, "photo.jpg");
      form.set("by", "script");
      return window.fetch(photo.action, { method: "POST", body: form, credentials: "same-origin" });
    }).then(function (response) {
      if (!response.ok) { throw new Error("not kept"); }
      window.location.reload();
    }).catch(function () {
      told.hidden = false;
      told.textContent = "照片没有传上去，请有信号时再传一次。";
    });
  });

  window.addEventListener("beforeunload", function (event) {
    if (queue.length) { event.preventDefault(); }
  });
  window.addEventListener("online", send);
  window.setInterval(send, 5000);
  try { queue = JSON.parse(window.localStorage.getItem(key)) || []; } catch (error) { queue = []; }
  send();
}());
