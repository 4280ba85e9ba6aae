// Acts on many reports: ready sentences fill the field, and what is left is done while one looks on.
(function () {
  "use strict";

  var ready = document.querySelector("[data-fill]");
  if (ready) {
    ready.closest("[data-canned]").hidden = false;
    ready.addEventListener("change", function () {
      var option = ready.selectedOptions[0];
      if (!option || !option.value) return;
      document.getElementById(ready.dataset.fill).value = option.value;
      var verdict = document.getElementById("verdict-" + option.dataset.verdict);
      if (verdict) verdict.checked = true;
    });
  }

  var box = document.querySelector("[data-bulk-step]");
  var form = box && box.querySelector("form");
  if (!form) return;
  var bar = box.querySelector("progress"), words = box.querySelector("[data-bulk-words]");
  var total = Number(box.dataset.total), before = Number(box.dataset.left);
  form.hidden = true;

  function stop(sentence) {
    words.textContent = sentence;
    form.hidden = false;
  }

  function step() {
    fetch(box.dataset.bulkStep, { method: "POST", body: new FormData(form), headers: { "Accept": "application/json" },
      credentials: "same-origin", redirect: "error" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (answer) {
        bar.value = total - answer.left;
        words.textContent = words.textContent.replace(/还剩 \d+ 条/, "还剩 " + answer.left + " 条");
        if (answer.left <= 0) {
          window.location.reload();
        } else if (answer.left >= before) {
          stop("停在还剩 " + answer.left + " 条，请点“接着”再试。");
        } else {
          before = answer.left;
          step();
        }
      })
      .catch(function () { stop("网断了，办到这里停住了。请点“接着”。"); });
  }

  step();
})();
