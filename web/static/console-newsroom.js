// Comforts of the desks' month: print, and tick all. Everything works without this file.
(function () {
  "use strict";

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  document.querySelectorAll("[data-bulk]").forEach(function (form) {
    var all = form.querySelector("[data-all]");
    if (!all) return;
    form.querySelector("[data-all-label]").hidden = false;
    var boxes = Array.prototype.slice.call(form.querySelectorAll('input[name="slip"]'));
    all.addEventListener("change", function () {
      boxes.forEach(function (box) { box.checked = all.checked; });
    });
    form.addEventListener("change", function (event) {
      if (event.target === all) return;
      all.checked = boxes.every(function (box) { return box.checked; });
    });
  });
})();
