/* What all stand-ins do: screens one after the other, a meeting to look at, and faults by `?fault=`:
   slow (`delay` seconds, default 10), never (no join button), renamed_button (its words change), renamed_id (all but its
   words change), extra_dialog (one the service is known for), unknown_dialog, iframe (all inside a frame of the same
   host), foreign_frame (inside a frame of another site). `lobby`: seconds until one is let in, default 2. */
const asked = new URLSearchParams(location.search);
const fault = asked.get("fault") ?? "";
const one = (name) => document.querySelector(`[data-standin="${name}"]`);
const seconds = (name, otherwise) => 1000 * (asked.has(name) ? Number(asked.get(name)) : otherwise);

function tell(screen, more = {}) {
  const told = JSON.stringify({ case: asked.get("case") ?? "", screen, host: location.hostname, ...more });
  fetch("/standin/seen", { method: "POST", body: told, keepalive: true }).catch(() => {});
}

function show(screen, more) {
  document.body.dataset.screen = screen;
  const veil = screen === "prejoin" && one({ extra_dialog: "known", unknown_dialog: "unknown" }[fault]);
  if (veil && !veil.dataset.shown) {
    veil.dataset.shown = "yes";
    veil.classList.add("open");
    veil.querySelector("[data-standin=away]").addEventListener("click", () => veil.classList.remove("open"));
  }
  tell(screen, more);
}

function meeting(name) {
  const people = ["Ada Byron", "Lin Zhao", "Omar Haddad", "Sofia Rossi", name || "Meeting room"];
  const tiles = document.querySelector(".tiles");
  tiles.replaceChildren(...people.map((person, number) => {
    const tile = document.createElement("div");
    tile.className = number === 1 ? "tile speaks" : "tile";
    tile.style.setProperty("--hue", String(200 + 37 * number));
    tile.dataset.name = person;
    tile.dataset.participantId = String(number);
    tile.textContent = person.split(" ").map((word) => word[0]).join("").slice(0, 2);
    return tile;
  }));
  const began = performance.now();
  const clock = document.querySelector(".clock");
  setInterval(() => {
    const passed = Math.floor((performance.now() - began) / 1000);
    clock.textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
  }, 500);
  show("meeting", { name });
}

function join(event) {
  const field = one("name");
  if (field && !field.value.trim()) { field.focus(); return; }
  show("lobby", { name: field?.value ?? "", trusted: event.isTrusted });
  setTimeout(() => meeting(field?.value ?? ""), seconds("lobby", 2));
}

function leave() {
  const target = one("leave").dataset.to;
  tell("leaving");
  if (target) location.assign(target + location.search); else show("left");
}

function spoil() {
  const button = one("join");
  if (!button) return;
  if (fault === "renamed_button") {
    button.textContent = "Beam me in";
    button.removeAttribute("aria-label");
  }
  if (fault === "renamed_id") {
    const kept = ["data-standin", "aria-label", "role", "tabindex", "type", "disabled"];
    for (const { name } of [...button.attributes]) if (!kept.includes(name)) button.removeAttribute(name);
    button.className = "act";
  }
  if (fault === "never") button.remove();
}

function wire() {
  for (const mute of document.querySelectorAll("[aria-pressed]")) {
    mute.addEventListener("click", () => mute.setAttribute("aria-pressed", String(mute.getAttribute("aria-pressed") !== "true")));
  }
  one("join")?.addEventListener("click", join);
  one("leave")?.addEventListener("click", leave);
  one("again")?.addEventListener("click", () => show("prejoin"));
  one("continue")?.addEventListener("click", (event) => {
    tell("continued", { trusted: event.isTrusted });
    const address = one("continue").dataset.to;
    if (address) history.pushState(null, "", address + location.search);
    (window.standinContinue ?? (() => show("prejoin")))();
  });
  const field = one("name");
  if (field && one("join") instanceof HTMLButtonElement && one("join").disabled) {
    field.addEventListener("input", () => { const button = one("join"); if (button) button.disabled = !field.value.trim(); });
  }
}

function begin() {
  document.body.insertAdjacentHTML("beforeend", `
    <section data-screen="loading"><p>Loading…</p></section>
    <section data-screen="frame"></section>
    <div class="veil" data-standin="unknown"><div class="card"><h1>Something new</h1><p>A window that nobody described.</p>
      <div class="row"><button type="button" data-standin="away">Not now</button></div></div></div>`);
  const frames = { iframe: location.hostname, foreign_frame: "rooms.zoom-x.de" };
  if (frames[fault] && window === window.top && !window.standinFrames) {
    const frame = document.createElement("iframe");
    frame.src = `https://${frames[fault]}${location.pathname}${location.search}`;
    frame.allow = "camera; microphone";
    document.querySelector("section[data-screen=frame]").append(frame);
    show("frame");
    return;
  }
  wire();
  spoil();
  const first = document.body.dataset.first === "left" || (window.standinLeft?.test(location.pathname) ?? false)
    ? "left" : one("continue") && (window.standinLauncher ?? true) ? "launcher" : "prejoin";
  if (fault === "slow") {
    show("loading");
    setTimeout(() => show(first), seconds("delay", 10));
  } else {
    show(first);
  }
}

addEventListener("DOMContentLoaded", begin);
