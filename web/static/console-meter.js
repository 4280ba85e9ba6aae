// How strong a new password is, while it is typed. The server says it; without this file its refusal does.
(function () {
  "use strict";
  var PAUSE = 350;
  document.querySelectorAll("[data-meter]").forEach(function (box) {
    var input = document.getElementById(box.dataset.for);
    var bar = box.querySelector("meter"), word = box.querySelector("[role=status]");
    var least = Number(box.dataset.least), timer = null, asked = 0, under_way = null;
    var show = function (level, text) {
      bar.value = level;
      bar.hidden = !level;
      var said = text ? "密码强度：" + text : "";
      if (word.textContent !== said) word.textContent = said;  // said again only when it is another
    };
    var ask = function () {
      var own = ++asked, body = new FormData();
      body.append("csrf_token", input.form.elements.csrf_token.value);
      body.append("password", input.value);
      under_way = new AbortController();
      fetch(box.dataset.meter, { method: "POST", body: body, credentials: "same-origin", redirect: "manual", signal: under_way.signal })
        .then(function (answer) { return answer.ok ? answer.json() : { level: 0, word: "" }; })
        .catch(function () { return { level: 0, word: "" }; })
        .then(function (found) { if (own === asked) show(found.level, found.word); });
    };
    if (!input || !input.form) return;
    box.hidden = false;
    show(0, "");
    var forget = function () {  // what was asked about the word before is out of date
      clearTimeout(timer);
      asked += 1;
      if (under_way) under_way.abort();
    };
    input.form.addEventListener("submit", forget);
    input.addEventListener("input", function () {
      forget();
      if (!input.value) show(0, "");
      else if (Array.from(input.value).length < least) timer = setTimeout(show, PAUSE, 1, "太短");
      else timer = setTimeout(ask, PAUSE);
    });
  });
})();
