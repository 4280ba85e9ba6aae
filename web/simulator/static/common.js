// What the stand-in's two pages share, served before each page's own script: nodes, the message line, one POST.
// Everything from outside goes through textContent: a reader's words are never markup.
"use strict";

const at = (id) => document.getElementById(id);
const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const account = () => at("account").value;

let messageTimer = 0;

function tell(text, bad) {
  const box = at("message");
  box.textContent = text;
  box.classList.toggle("bad", Boolean(bad));
  box.hidden = !text;
  clearTimeout(messageTimer);
  if (text) messageTimer = setTimeout(() => { box.hidden = true; }, 8000);
}

// The answer's content; null where it went wrong, which is then said on the page. `body`: a form or plain values.
async function post(path, body) {
  const form = body instanceof FormData;
  const headers = { "X-Simulator": "1" };
  if (!form) headers["Content-Type"] = "application/json";
  let answer, content;
  try {
    answer = await fetch(path, { method: "POST", headers, body: form ? body : JSON.stringify(body) });
    content = await answer.json();
  } catch (problem) {
    tell("微信替身没有回应，请看看它还在不在运行。", true);
    return null;
  }
  if (!answer.ok) {
    tell(content.error || "没有办成。", true);
    return null;
  }
  return content;
}

const triesSaid = (tries) => tries.map((each, index) => `第${index + 1}次 ${each.status}，${each.ms} 毫秒`).join("；");
