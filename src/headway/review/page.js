// The page where a person answers. What is shown is text, never markup: attempts are not to be trusted.
"use strict";

const token = new URLSearchParams(location.search).get("token");
const found = (id) => document.getElementById(id);
const PAST = { accept: "right", reject: "wrong", correct: "corrected", skip: "cannot tell" };
let state = null;
let place = 0;
let writing = false;
let busy = false;

async function ask(path, body) {
  const asked = { headers: { "X-Headway-Token": token } };
  if (body !== undefined) {
    asked.method = "POST";
    asked.headers["Content-Type"] = "application/json";
    asked.body = JSON.stringify(body);
  }
  let reply;
  try {
    reply = await fetch(path, asked);
  } catch {
    throw new Error("headway is not answering: it was stopped. Start `headway review` again; nothing is lost.");
  }
  const said = await reply.json();
  if (!reply.ok) throw new Error(said.error);
  return said;
}

function tell(text, wrong = false) {
  found("status").textContent = text;
  found("status").className = wrong ? "wrong" : "";
}

const item = () => state.items[place];
const given = (one) => state.answers[one.key];
const open = () => state.items.filter((one) => !given(one)).length;

function put(box, difference) {
  box.className = difference.reduce((length, part) => length + part[1].length, 0) > 280 ? "long" : "";
  const tags = { same: "span", out: "del", in: "ins" };
  box.replaceChildren(...difference.map(([change, text]) => {
    const part = document.createElement(tags[change]);
    part.textContent = text;
    return part;
  }));
}

function draw() {
  const all = state.items.length, left = open(), over = place >= all;
  document.title = `${all - left} of ${all} · review of ${state.run}`;
  found("about").textContent = `Review of ${state.run}, round ${state.round}, ${state.what}`;
  found("progress").textContent = `${all - left} of ${all} answered`;
  found("who").textContent = `as ${state.who}`;
  [...found("strip").children].forEach((mark, at) => {
    const said = given(state.items[at])?.said;
    mark.className = `${said ?? "open"}${at === place ? " now" : ""}`;
    mark.title = `${at + 1}: ${said ? PAST[said] : "open"}`;
  });
  found("item").hidden = over;
  found("done").hidden = !over;
  if (over) return drawEnd();
  drawItem(item(), given(item()));
}

function drawItem(one, answer) {
  found("task").textContent = `${place + 1} of ${state.items.length} · ${one.domain}, level ${one.level}`;
  found("prompt").textContent = one.prompt;
  found("text").textContent = one.shown || "nothing was written";
  found("text").className = one.shown ? (one.shown.length > 280 ? "long" : "") : "none";
  found("finish").textContent = one.finish === "length" ? "cut off where the limit ended it" : "";
  found("said").replaceChildren();
  if (answer) {
    const time = document.createElement("span");
    time.className = "quiet";
    time.textContent = new Date(answer.when).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    found("said").append(`You said: ${PAST[answer.said]}`, time);
  }
  for (const button of found("choices").children) {
    const means = button.dataset.said ?? button.dataset.do;
    button.setAttribute("aria-pressed", String(answer?.said === means));
  }
  found("correction").hidden = !writing;
  found("choices").hidden = found("moves").hidden = writing;
  const difference = writing ? null : answer?.difference;
  if (!writing) found("change").hidden = !difference;
  if (difference) put(found("difference"), difference);
}

function drawEnd() {
  const left = open();
  found("moves").hidden = false;
  const counts = {};
  for (const answer of Object.values(state.answers)) counts[answer.said] = (counts[answer.said] ?? 0) + 1;
  const parts = Object.keys(PAST).filter((said) => counts[said]).map((said) => `${counts[said]} ${PAST[said]}`);
  found("done").querySelector("h2").textContent = left ? `The end, with ${left} still open` : "All are answered";
  found("counts").textContent = parts.length ? `You said: ${parts.join(", ")}.` : "You have not answered yet.";
  found("log").textContent = state.log;
}

function go(to, told = "") {
  tell(told);
  place = Math.max(0, Math.min(state.items.length, to));
  writing = false;
  draw();
}

function next(told) {
  const after = state.items.findIndex((one, at) => at > place && !given(one));
  const first = after >= 0 ? after : state.items.findIndex((one) => !given(one));
  go(first >= 0 ? first : state.items.length, told);
}

async function once(deed) {
  if (busy) return;
  busy = true;
  try {
    await deed();
  } catch (error) {
    tell(error.message, true);
  } finally {
    busy = false;
  }
}

const say = (said, after) => once(async () => {
  const key = item().key;
  const reply = await ask("answer", after === undefined ? { key, said } : { key, said, after });
  state.answers = reply.answers;
  next(`Kept: ${PAST[said]}. Press u to take it back.`);
});

const undo = () => once(async () => {
  const reply = await ask("undo", {});
  state.answers = reply.answers;
  go(state.items.findIndex((one) => one.key === reply.key), "Taken back. The log keeps both lines.");
});

function correct() {
  tell("");
  writing = true;
  const field = found("after");
  field.value = given(item())?.after ?? item().text;
  const lines = field.value.split("\n").reduce((count, line) => count + 1 + Math.floor(line.length / 70), 1);
  field.rows = Math.max(2, Math.min(16, lines));
  draw();
  preview();
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function stop() {
  writing = false;
  draw();
}

let waiting = 0;
async function preview() {
  const turn = ++waiting, key = item().key, after = found("after").value;
  await new Promise((resolve) => setTimeout(resolve, 80));
  if (turn !== waiting) return;
  try {
    const reply = await ask("difference", { key, after });
    if (turn !== waiting || !writing || item().key !== key) return;
    put(found("difference"), reply.difference);
    found("change").hidden = after === item().text;
  } catch (error) {
    tell(error.message, true);
  }
}

const deeds = {
  correct, undo, back: () => go(place - 1), on: () => go(place + 1), open: () => next(),
};
const keys = {
  a: () => say("accept"), r: () => say("reject"), s: () => say("skip"), c: correct, u: undo,
  j: deeds.on, k: deeds.back, n: deeds.open, ArrowRight: deeds.on, ArrowLeft: deeds.back,
};
const anywhere = new Set(["j", "k", "n", "u", "ArrowRight", "ArrowLeft"]);

document.addEventListener("keydown", (event) => {
  if (!state) return;
  if (writing) {
    if (event.key === "Escape") { event.preventDefault(); stop(); }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !keys[event.key]) return;
  if (place >= state.items.length && !anywhere.has(event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

const save = () => say("correct", found("after").value);
found("save").addEventListener("click", save);
found("cancel").addEventListener("click", stop);
found("after").addEventListener("input", preview);
for (const button of document.querySelectorAll("[data-said]")) {
  button.addEventListener("click", () => say(button.dataset.said));
}
for (const button of document.querySelectorAll("[data-do]")) {
  button.addEventListener("click", () => deeds[button.dataset.do]());
}

once(async () => {
  state = await ask("state");
  found("strip").replaceChildren(...state.items.map((one, at) => {
    const mark = document.createElement("li");
    mark.addEventListener("click", () => go(at));
    return mark;
  }));
  place = -1;
  next();
});
