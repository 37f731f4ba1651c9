// Keeps the numbers of an open page moving: told by server-sent events that something happened, it
// asks for the page again and takes over what differs. Elements that may differ have data-live.

const AT_LEAST_MS = 2000; // between two looks
const TRY_AGAIN_MS = [1000, 2000, 5000, 10000, 30000];

const panel = document.getElementById("live");
const state = document.getElementById("live-state");
const pause = document.getElementById("live-switch");
const words = JSON.parse(panel.dataset.words);

let source = null;
let isPaused = false;
let failures = 0;
let timer = 0;
let lookedAt = 0;
let seen = "";

function show(name) {
  if (panel.dataset.state !== name) {
    panel.dataset.state = name;
    state.textContent = words[name];
  }
  pause.textContent = isPaused ? words.resume : words.pause;
}

function listen() {
  clearTimeout(timer);
  show("connecting");
  source = new EventSource(panel.dataset.source);
  source.onopen = () => {
    failures = 0;
    show("live");
  };
  source.addEventListener("figures", (event) => {
    if (event.data !== seen) {
      seen = event.data;
      lookSoon();
    }
  });
  source.onerror = () => {
    show("lost");
    if (source && source.readyState === EventSource.CLOSED) {
      hangUp();
      timer = setTimeout(tryAgain, TRY_AGAIN_MS[Math.min(failures, TRY_AGAIN_MS.length - 1)]);
      failures += 1;
    }
  };
}

function hangUp() {
  clearTimeout(timer);
  if (source) source.close();
  source = null;
}

async function tryAgain() {
  await look();
  if (!source && !isPaused && !document.hidden) listen();
}

function lookSoon() {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(0, lookedAt + AT_LEAST_MS - Date.now()));
}

async function look() {
  lookedAt = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { "x-refresh": "1" } });
    if (answer.status === 401) location.reload(); // the token has expired
    else if (answer.ok) takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault; // the network: the stream says so
  }
}

function takeOver(fresh) {
  const shape = (page) => Array.from(page.querySelectorAll("[data-live]"), (one) => one.id).join();
  if (shape(fresh) !== shape(document)) {
    location.reload(); // another day began, or an area was registered
    return;
  }
  for (const next of fresh.querySelectorAll("[data-live]")) {
    const now = document.getElementById(next.id);
    for (const { name, value } of Array.from(next.attributes)) {
      if (now.getAttribute(name) !== value) now.setAttribute(name, value);
    }
    const label = now.getAttribute("aria-label");
    const title = now.querySelector("title");
    if (next.dataset.live === "attributes") {
      if (title && label) title.textContent = label;
    } else if (now.innerHTML !== next.innerHTML) {
      now.innerHTML = next.innerHTML;
      flash(now);
    }
  }
}

function flash(element) {
  if (!element.closest(".amount")) return;
  element.classList.remove("moved");
  void element.getBoundingClientRect(); // begin the animation again
  element.classList.add("moved");
}

pause.addEventListener("click", () => {
  isPaused = !isPaused;
  hangUp();
  if (isPaused) show("paused");
  else listen();
});

document.addEventListener("visibilitychange", () => {
  if (isPaused) return;
  hangUp();
  if (!document.hidden) listen();
});

pause.hidden = false;
listen();
