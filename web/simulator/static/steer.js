// The steering page: asks for the state every two seconds and shows it as text; every button is one POST.
// Nodes, messages and POSTs: common.js.
"use strict";

let round = 0;

async function steer(path, body, done) {
  const content = await post(`/steer/${path}`, body);
  if (!content) return null;
  tell(done || "办好了。");
  refresh();
  return content;
}

const here = (more) => ({ account: account(), reader: at("reader").value, ...more });

async function refresh() {
  const mine = ++round;
  let content;
  try {
    const answer = await fetch(`/steer/state?${new URLSearchParams({ account: account() })}`);
    if (!answer.ok) return;
    content = await answer.json();
  } catch (problem) {
    at("clock").textContent = "连不上";
    return;
  }
  if (mine === round) show(content);
}

// Sets a field unless somebody is just using it.
function put(id, value, property = "value") {
  if (document.activeElement !== at(id)) at(id)[property] = value;
}

// Rebuilds a list only when it changed, so that nothing jumps under the finger.
function fill(id, rows, item) {
  const list = at(id);
  const signature = JSON.stringify(rows);
  if (list.dataset.signature === signature) return;
  list.dataset.signature = signature;
  const former = list.value;
  list.replaceChildren(...rows.map(item));
  if (list.tagName === "SELECT" && [...list.options].some((one) => one.value === former)) list.value = former;
}

function option(value, text) {
  const node = make("option", "", text);
  node.value = value;
  return node;
}

function line(left, right, small, bad) {
  const item = make("li");
  item.append(make("span", "", left), make("span", bad ? "right bad" : "right", right));
  if (small) item.append(make("small", "", small));
  return item;
}

function show(state) {
  at("clock").textContent = state.clock;
  at("book").textContent = state.book_clock;
  at("ahead").textContent = state.ahead ? `，快了 ${state.ahead}` : "";
  put("profile", state.account.profile);
  put("mode", state.account.mode);
  put("format", state.account.body_format);
  put("unionid", state.unionid, "checked");
  put("holding", state.holding, "checked");
  at("webhook").textContent = state.account.webhook;
  at("menu-now").textContent = (state.account.menu_published ? "机器人发布的菜单：" : "还没有发布菜单，手机上是：") + state.account.menu.join("、");
  at("held").textContent = state.held;
  at("to-lose").textContent = state.lose;
  at("lines").textContent = state.lines;
  fill("reader", state.readers.map((one) => [one.openid, one.name]), ([openid, name]) => option(openid, name));
  fill("ticket", state.scenes, (one) => option(one.ticket, `${one.key}（${one.ends}）`));
  at("scan").disabled = !state.scenes.length;
  fill("cap-path", state.caps.map((one) => one.path), (path) => option(path, path));
  fill("windows", state.readers, windowItem);
  fill("caps", state.caps, (one) => line(one.path, one.cap === null ? `${one.used}` : `${one.used} / ${one.cap}`, "", one.cap !== null && one.used >= one.cap));
  fill("faults", state.faults, faultItem);
  fill("calls", state.calls, (one) => line(`${one.at} ${one.path}`, one.errcode || "—", one.fault, one.errcode !== "0" && one.errcode !== ""));
  fill("deliveries", state.deliveries, deliveryItem);
  at("no-calls").hidden = state.calls.length > 0;
  at("no-deliveries").hidden = state.deliveries.length > 0;
  showReplay(state.replay);
}

function windowItem(one) {
  if (!one.following) return line(one.name, "没有关注");
  if (!one.windows.length) return line(one.name, "发不了");
  const small = one.windows.map((each) => `${each.by}后还能发 ${each.left} 条，到 ${each.ends}`).join("；");
  return line(one.name, `${one.windows.reduce((sum, each) => sum + each.left, 0)} 条`, small);
}

function faultItem(one) {
  const item = line(`${one.path === "*" ? "全部接口" : one.path}：${one.words}`, one.times);
  const button = make("button", "quiet", "关掉");
  button.type = "button";
  button.addEventListener("click", () => steer("fault/remove", { number: one.number }, "关掉了。"));
  item.append(button);
  return item;
}

function deliveryItem(one) {
  return line(`${one.at} ${one.reader || "平台"}：${one.label}`, one.words, [one.reason, triesSaid(one.tries)].filter(Boolean).join("；"), one.outcome === "fault");
}

function showReplay(replay) {
  at("replayed").textContent = !replay ? "" : `重放${replay.ended ? "完了" : "着"}：${replay.done} / ${replay.acts} 个动作，${replay.differences.length} 处回答不同。` + (replay.problems.length ? `没做成：${replay.problems.join("；")}` : "");
  fill("differences", replay ? replay.differences : [], (one) => line(`${one.reader} ${one.act}`, "", `从前：${one.then.join(" / ") || "（没有）"}；现在：${one.now.join(" / ") || "（没有）"}`));
}

const on = (id, work, event = "click") => at(id).addEventListener(event, work);
const whole = (id) => Math.round(Number(at(id).value));

on("account", refresh, "change");
on("profile", () => steer("profile", { account: account(), profile: at("profile").value }, "账号类型换了。"), "change");
for (const id of ["mode", "format"]) {
  on(id, () => steer("mode", { account: account(), mode: at("mode").value, body_format: at("format").value }, "改了。"), "change");
}
on("check", async () => {
  const content = await steer("check", { account: account() });
  if (content) tell(`服务器地址：${content.says}`, !content.passed);
});
on("void", () => steer("tokens", { account: account() }, "这个公众号的凭据都作废了。"));
on("unionid", () => steer("unionid", { given: at("unionid").checked }), "change");
for (const button of document.querySelectorAll("[data-hours]")) {
  button.addEventListener("click", () => steer("clock", { hours: Number(button.dataset.hours) }, "平台的钟拨快了。"));
}
const showFields = () => { at("fields").value = at("push").selectedOptions[0].dataset.fields; };
on("push", showFields, "change");
on("send-push", () => {
  let changes;
  try {
    changes = JSON.parse(at("fields").value || "{}");
  } catch (problem) {
    tell("字段不是 JSON。", true);
    return;
  }
  steer("push", here({ push: at("push").value, changes, late_minutes: Number(at("late").value) }), "推送了。");
});
on("send-burst", () => {
  const texts = Array.from({ length: whole("burst") }, (_, index) => `连发第 ${index + 1} 条`);
  steer("burst", here({ texts }), "连发出去了。");
});
on("send-lie", () => steer("picture", here({ lie: at("lie").value }), "图片发出去了。"));
on("scan", () => steer("scan", here({ ticket: at("ticket").value }), "扫了。"));
on("consent", () => steer("consent", here({ template: at("template").value }), "读者同意了一次。"));
on("holding", () => steer("hold", { holding: at("holding").checked }), "change");
for (const button of document.querySelectorAll("[data-order]")) {
  button.addEventListener("click", () => steer("release", { order: button.dataset.order }, "都放出去了。"));
}
on("set-lose", () => steer("lose", { count: whole("lose") }));
on("set-fault", () => steer("fault", {
  path: at("path").value, kind: at("kind").value, errcode: whole("errcode") || 0, seconds: Number(at("seconds").value),
  times: at("times").value === "" ? null : whole("times"),
}, "故障打开了。"));
on("clear-faults", () => steer("fault/remove", {}, "故障都关掉了。"));
on("next-template", () => steer("next", { template: at("next-template").value }), "change");
on("next-publish", () => steer("next", { publish: Number(at("next-publish").value) }), "change");
on("set-used", () => steer("cap", { account: account(), path: at("cap-path").value, used: whole("used") }));
on("clear-record", () => steer("transcript/clear", {}, "清空了。"));
on("replay", async () => {
  const file = at("replay").files[0];
  if (!file) return;
  const form = new FormData();
  form.append("transcript", file);
  await steer("replay", form, "开始重放。");
  at("replay").value = "";
}, "change");

showFields();
refresh();
setInterval(refresh, 2000);
