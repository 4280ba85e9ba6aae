// The button that prints recovery codes (without this file the browser's own menu does), and a password shown once.
(function () {
  "use strict";
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
// A password that is shown once: to load the page again leads to the member, and neither asks nor makes another.
(function () {
  "use strict";
  var once = document.querySelector("[data-once]");
  if (once) window.history.replaceState(null, "", once.dataset.once);
})();
