// Light or dark: as the member chose (html data-theme), else as the system has it. Set before the first paint, therefore
// loaded in <head>.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    root.setAttribute("data-bs-theme", root.dataset.theme || (dark.matches ? "dark" : "light"));
  }
  apply();
  dark.addEventListener("change", apply);
})();
