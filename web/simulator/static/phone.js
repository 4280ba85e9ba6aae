// The stand-in's page: asks for the state every second, shows it as text, sends the reader's acts.
// Nodes, messages and POSTs: common.js.
"use strict";

const seen = {};  // openid -> number of the last line looked at
let boot = "", reader = "", last = 0, readers = [], round = 0;

const current = () => readers.find((one) => one.openid === reader);

async function act(path, body) {
  const content = await post(path, body);
  if (content) refresh();
  return content;
}

const asReader = (path, more) => act(path, { account: account(), reader, ...more });

async function refresh() {
  const mine = ++round;
  const query = new URLSearchParams({ account: account(), reader, after: last, boot });
  let content;
  try {
    const answer = await fetch(`/state?${query}`);
    if (answer.status === 404 && reader) {  // started anew: this reader is not there any more
      reader = "";
      last = 0;
      return;
    }
    if (!answer.ok) return;
    content = await answer.json();
  } catch (problem) {
    at("clock").textContent = "连不上";
    return;
  }
  if (mine === round) show(content);
}

function show(content) {
  if (content.boot !== boot) {
    boot = content.boot;
    clearChat();
    for (const key of Object.keys(seen)) delete seen[key];
  }
  at("clock").textContent = content.clock;
  readers = content.readers;
  if (!current() && readers.length) return choose(readers[0].openid);
  showChat(content.entries);
  showMenu(content.menu);
  showReaders();
  showDeliveries(content.deliveries);
}

function clearChat() {
  at("chat").replaceChildren();
  last = 0;
}

function choose(openid) {
  reader = openid;
  clearChat();
  showReaders();
  refresh();
}

function showReaders() {
  const chosen = current();
  if (chosen) seen[reader] = Math.max(seen[reader] || 0, chosen.last);
  const signature = JSON.stringify([reader, readers, seen]);
  const list = at("readers");
  if (list.dataset.signature !== signature) {
    const focused = document.activeElement && document.activeElement.dataset.openid;
    list.dataset.signature = signature;
    list.replaceChildren(...readers.map(readerItem));
    if (focused) list.querySelector(`[data-openid="${CSS.escape(focused)}"]`)?.focus();
  }
  at("whose").textContent = chosen ? `${chosen.name}的手机` : "";
  const following = Boolean(chosen && chosen.following);
  at("follow").hidden = !chosen || following;
  at("unfollow").hidden = !following;
  for (const node of document.querySelectorAll("#write button, #write textarea, #picture, .menu button")) {
    node.disabled = !following;
  }
}

function readerItem(one) {
  const item = make("li");
  const button = make("button");
  button.type = "button";
  button.dataset.openid = one.openid;
  button.setAttribute("aria-pressed", String(one.openid === reader));
  button.append(make("span", one.following ? "" : "gone", one.name));
  if (one.last > (seen[one.openid] || 0)) {
    const dot = make("span", "new");
    dot.title = "有新消息";
    button.append(dot, make("span", "hidden", "有新消息"));
  }
  button.addEventListener("click", () => choose(one.openid));
  item.append(button);
  return item;
}

function showChat(entries) {
  const chat = at("chat");
  for (const entry of entries) {
    if (entry.number <= last) continue;
    last = entry.number;
    chat.append(chatItem(entry));
  }
  if (entries.length) chat.scrollTop = chat.scrollHeight;
}

function chatItem(entry) {
  const item = make("li", entry.side);
  item.dataset.number = entry.number;
  if (entry.kind === "notice") {
    item.append(make("span", entry.text.includes("故障") ? "fault" : "", entry.text));
    return item;
  }
  const bubble = make("div", "bubble");
  if (entry.kind === "picture") {
    const picture = make("img");
    picture.src = entry.picture;
    picture.alt = "读者发的图片";
    bubble.append(picture);
  } else if (entry.kind === "voice") {
    bubble.textContent = entry.text ? `［语音］${entry.text}` : "［语音］（没有识别出文字）";
  } else {
    bubble.append(...(entry.side === "account" ? linked(entry.text) : [entry.text]));
  }
  item.append(bubble, make("span", "small", entry.note ? `${entry.at} · ${entry.note}` : entry.at));
  return item;
}

// The addresses in a text as links that open as this reader: the platform then knows whose phone it is.
function linked(text) {
  return text.split(/(https?:\/\/[!-~]+)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const link = make("a", "", part);
    link.href = opening(part);
    link.target = "_blank";
    link.rel = "noopener";
    return link;
  });
}

const opening = (url) => `/open?${new URLSearchParams({ account: account(), reader, url })}`;

function showMenu(buttons) {
  const bar = at("menu");
  const signature = JSON.stringify(buttons);
  if (bar.dataset.signature === signature) return;
  bar.dataset.signature = signature;
  bar.replaceChildren(...buttons.map((one) => {
    const button = make("button", "", one.title);
    button.type = "button";
    button.dataset.key = one.key;
    button.addEventListener("click", () => {
      asReader("/act/menu", { key: one.key });
      if (one.opens) window.open(opening(one.key), "_blank", "noopener");
    });
    return button;
  }));
}

function showDeliveries(deliveries) {
  const list = at("deliveries");
  const signature = JSON.stringify(deliveries);
  at("no-deliveries").hidden = deliveries.length > 0;
  if (list.dataset.signature === signature) return;
  list.dataset.signature = signature;
  list.replaceChildren(...deliveries.map(deliveryItem));
}

function deliveryItem(one) {
  const item = make("li", one.outcome);
  const tries = triesSaid(one.tries);
  item.append(make("div", "", `${one.at} ${one.reader}：${one.label}`));
  item.append(make("div", "", [one.words, one.reason].filter(Boolean).join("，") + (tries ? `（${tries}）` : "")));
  if (one.message_id) item.append(make("code", "", `MsgId ${one.message_id}`));
  return item;
}

async function sendText() {
  const box = at("text");
  const text = box.value;
  if (!text.trim()) return;
  box.value = "";
  if (!await asReader("/act/text", { text })) box.value = text;
}

at("write").addEventListener("submit", (event) => { event.preventDefault(); sendText(); });
at("text").addEventListener("keydown", (event) => {
  // Enter sends, as in the desktop client; not while an input method is still composing.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    sendText();
  }
});
at("voice").addEventListener("click", () => {
  at("speak").hidden = !at("speak").hidden;
  if (!at("speak").hidden) at("recognition").focus();
});
at("no-voice").addEventListener("click", () => { at("speak").hidden = true; at("voice").focus(); });
at("speak").addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = at("voice-file").files[0];
  const form = new FormData();
  form.append("account", account());
  form.append("reader", reader);
  form.append("recognition", at("recognition").value);
  if (file) form.append("voice", file);
  const sent = file ? await act("/act/voice", form) : await asReader("/act/voice", { recognition: at("recognition").value });
  if (sent) {
    at("voice-file").value = "";
    at("recognition").value = "";
    at("speak").hidden = true;
  }
});
at("picture").addEventListener("change", async () => {
  const file = at("picture").files[0];
  if (!file) return;
  const form = new FormData();
  form.append("account", account());
  form.append("reader", reader);
  form.append("picture", file);
  await act("/act/picture", form);
  at("picture").value = "";
});
at("follow").addEventListener("click", () => asReader("/act/follow"));
at("unfollow").addEventListener("click", () => asReader("/act/unfollow"));
at("add-reader").addEventListener("submit", async (event) => {
  event.preventDefault();
  const content = await act("/act/readers", { account: account(), name: at("new-name").value });
  if (!content) return;
  at("new-name").value = "";
  readers.push({ openid: content.openid, name: "", following: true, last: 0 });
  choose(content.openid);
});
at("account").addEventListener("change", () => {
  const select = at("account");
  if (select.selectedOptions) at("account-title").textContent = select.selectedOptions[0].textContent;
  reader = "";
  readers = [];
  clearChat();
  refresh();
});
for (const button of document.querySelectorAll(".clock button")) {
  button.addEventListener("click", async () => {
    const body = button.dataset.to ? { to: button.dataset.to } : { hours: Number(button.dataset.hours) };
    const content = await act("/act/clock", body);
    if (content) tell(button.dataset.to ? `时钟拨到了 ${content.clock}，截止和截止后的一刻钟都过了。` : `时钟拨到了 ${content.clock}。`);
  });
}

refresh();
setInterval(refresh, 1000);
