"use strict";
// Makes pages live. Everything is there without it: it only saves loading the page again.

for (const element of document.querySelectorAll(".live")) element.hidden = false;

const log = document.getElementById("lines");

// States change on every page that shows jobs: the page is asked for again and its main part replaced.
function renew() {
  fetch(location.href, { headers: { Accept: "text/html" } })
    .then((answer) => (answer.ok ? answer.text() : null))
    .then((text) => {
      if (!text) return;
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("main");
      const old = document.getElementById("main");
      if (fresh && old && !old.contains(document.activeElement?.closest("input, form"))) old.replaceWith(fresh);
    });
}

let timer = null;
if (document.querySelector("[data-job], [data-state], .workers")) {
  const stream = new EventSource("/live?after=" + document.body.dataset.position);
  stream.addEventListener("job", (message) => {
    const event = JSON.parse(message.data);
    if (log) {
      if (String(event.job) !== log.dataset.job) return;
      for (const state of document.querySelectorAll("[data-state]")) {
        if (!["published", "failed", "cancelled", "running", "built", "publishing"].includes(event.event)) continue;
        state.textContent = event.event;
        state.className = "state " + event.event;
      }
      return;
    }
    if (!timer) timer = setTimeout(() => { timer = null; renew(); }, 400);
  });
}

function lineElement(number, text) {
  const item = document.createElement("li");
  item.id = "L" + number;
  const link = document.createElement("a");
  link.href = "#L" + number;
  link.textContent = number;
  const span = document.createElement("span");
  // Colours of terminals are left out, as the server does.
  span.textContent = text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
  if (/^>>> /.test(text)) item.className = "phase";
  item.append(link, span);
  return item;
}

async function follow() {
  let number = Number(log.dataset.next);
  const answer = await fetch(`/jobs/${log.dataset.job}/log.txt?follow=1&line=${number}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    log.append(...lines.map((line) => lineElement(number++, line)));
    if (document.getElementById("follow").checked) window.scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
  }
}

if (log) {
  if (log.dataset.running) follow();
  document.getElementById("wrap").addEventListener("change", (event) => log.classList.toggle("flat", !event.target.checked));
  document.getElementById("find").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const line of log.children) line.classList.toggle("off", wanted !== "" && !line.textContent.toLowerCase().includes(wanted));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "e") document.querySelector(".log .error a")?.click();
    if (event.key === "f") document.getElementById("follow").click();
    if (event.key === "/") { event.preventDefault(); document.getElementById("find").focus(); }
    if (event.key === "G") document.getElementById("end").scrollIntoView();
  });
}
