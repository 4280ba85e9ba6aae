// The switches of the person's menu, without leaving the page: what is being typed stays. Without this file they are a form.
(function () {
  "use strict";
  var root = document.documentElement;

  function show(name, value) {
    if (name === "large_type") {
      if (value === "1") root.dataset.size = "large"; else delete root.dataset.size;
      return;
    }
    if (value === "system") delete root.dataset.theme; else root.dataset.theme = value;
    var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.setAttribute("data-bs-theme", root.dataset.theme || (dark ? "dark" : "light"));
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (!form.matches("[data-switch]") || !button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    var body = new FormData(form);
    body.append(button.name, button.value);
    fetch(form.action, { method: "POST", body: body, headers: { "X-Stay": "1" }, redirect: "manual" }).then(function (answer) {
      if (answer.status !== 204) throw new Error("not saved");
      show(button.name, button.value);
      if (button.name === "large_type") {
        button.value = button.value === "1" ? "0" : "1";
        button.setAttribute("aria-pressed", String(button.value === "0"));
        return;
      }
      form.querySelectorAll("[name=theme]").forEach(function (one) {
        one.setAttribute("aria-pressed", String(one === button));
      });
    }).catch(function () {
      // Signed out in between, or the like: the plain way tells why.
      var chosen = document.createElement("input");
      chosen.type = "hidden";
      chosen.name = button.name;
      chosen.value = button.value;
      form.append(chosen);
      form.submit();
    });
  }, true);
})();
