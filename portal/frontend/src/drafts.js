// Keeps what is being written, form by form, so that an expired session, a closed tab, a crash or a change of device
// loses nothing: on the server every few seconds, and in this browser besides, for when the server cannot be reached.
// It is offered again on the same form, to the same person.
import { actorName, csrfToken, post, text } from "./page.js";
import { showToast } from "./toasts.js";

const PREFIX = "zhiying.draft:";
const SENT = "zhiying.sent";
const DEVICE = "zhiying.device";
const KEPT_FOR = 14 * 24 * 3600 * 1000;
const PAUSE = 800;
const SEND_AFTER = 2500;
const SEND_WHEN_LEAVING = 60_000; // bytes that a browser still sends of a page that is being left
const OFFERS = "/drafts/offers?subject=";

export function startDrafts() {
  forgetOld();
  forgetSaved();
  for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
}

const keyOf = (form) => `${PREFIX}${actorName()}:${form.dataset.draft}`;
const nameOf = (form) => form.elements.namedItem("submission")?.value ?? "";

function keep(form) {
  const key = keyOf(form);
  const before = snapshot(form);
  let timer;
  let sender;
  let sending;
  let sentText = before;
  let leaving = false;
  const isChanged = () => snapshot(form) !== before;
  const store = () => { if (isChanged()) write(key, contents(form)); };

  async function send(isLast = false) {
    clearTimeout(sender);
    sender = undefined;
    const now = snapshot(form);
    if (leaving || now === sentText) return;
    const body = JSON.stringify({ ...contents(form), subject: form.dataset.draft, path: pathOf(form), device: device() });
    if (isLast && body.length * 3 > SEND_WHEN_LEAVING) return;
    sending = new AbortController();
    try {
      const answer = await fetch("/drafts", {
        method: "POST", body, keepalive: isLast, credentials: "same-origin", redirect: "error", signal: sending.signal,
        headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" },
      });
      if (!answer.ok) throw new Error(answer.statusText);
      sentText = now;
      say(form, text("draftKept", { time: clock((await answer.json()).at) }));
    } catch {
      if (!leaving) say(form, text("draftKeptHere"));
    }
  }

  const leave = () => { store(); send(true); };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(store, PAUSE);
    sender ??= setTimeout(send, SEND_AFTER);
  });
  form.addEventListener("submit", () => {
    store();
    leaving = true;
    clearTimeout(sender);
    sending?.abort();
    try { sessionStorage.setItem(SENT, key); } catch { /* Then the text is merely offered once more. */ }
  });
  // A page brought back by the browser's "back" goes on where it was.
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  addEventListener("beforeunload", (event) => { if (!leaving && isChanged()) event.preventDefault(); });
  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]") ?? undefined);
  });
  const look = () => findOffers(form, key, before);
  // A form at the foot of a page that most people only read asks when somebody begins to write.
  if (form.classList.contains("reply-form") && !read(key)) form.addEventListener("focusin", look, { once: true });
  else look();
}

/** The texts that this form could go on with, newest first: the server's, and this browser's own when it knows more. */
async function findOffers(form, key, before) {
  if (!form.querySelector("[data-draft-offer]")) return;
  const found = [];
  const local = read(key);
  if (local) found.push({ ...local, fields: parsed(local.fields), isLocal: true });
  try {
    const answer = await fetch(OFFERS + encodeURIComponent(form.dataset.draft), { credentials: "same-origin", redirect: "error" });
    if (answer.ok) for (const kept of (await answer.json()).texts) found.push({ ...kept, at: Date.parse(kept.at) });
  } catch { /* Not to be reached now: what this browser kept is still offered. */ }
  const others = found
    .filter((kept) => plain(kept.fields) !== plain(parsed(before)) && (kept.isLocal || kept.form !== nameOf(form) || !kept.form))
    .sort((one, other) => other.at - one.at);
  const chosen = found.find((kept) => !kept.isLocal && kept.form === asked());
  if (chosen) restore(form, chosen);
  else if (others.length) offer(form, key, others[0], new Set(others.map((kept) => kept.form)).size - 1);
}

/** The text that the list of unfinished texts has led here for. */
const asked = () => new URLSearchParams(location.search).get("unfinished") || undefined;

function restore(form, kept) {
  fill(form, kept);
  showToast(text("draftRestored"));
}

function offer(form, key, kept, more) {
  const box = form.querySelector("[data-draft-offer]");
  const said = text(kept.isLocal || kept.device === device() ? "draftFound" : "draftFoundElsewhere", { when: moment(kept.at) });
  box.querySelector("[data-draft-text]").textContent = [said, difference(form, kept), outdated(form, kept), more ? text("draftMore", { count: more }) : ""].filter(Boolean).join(" ");
  box.querySelector("[data-draft-restore]").onclick = () => {
    restore(form, kept);
    box.hidden = true;
  };
  box.querySelector("[data-draft-discard]").onclick = () => {
    forget(key);
    post("/drafts/removal", new URLSearchParams({ subject: form.dataset.draft, form: kept.form ?? "" }));
    box.hidden = true;
  };
  box.hidden = false;
}

/** How much longer or shorter it is than what the form holds. */
function difference(form, kept) {
  const lengthOf = (fields) => (fields.body?.[0] ?? "").length;
  const more = lengthOf(kept.fields) - lengthOf(parsed(snapshot(form)));
  if (!more) return "";
  return text(more > 0 ? "draftLonger" : "draftShorter", { count: Math.abs(more) });
}

/** Where the form is to be found again; a page that answered a POST says so itself. */
const pathOf = (form) => form.dataset.path ?? location.pathname + location.search.replace(/[?&]unfinished=[^&]*/, "");

/** Fields in one order, without what the page itself put beside them. */
const plain = ({ seen: _seen, ...fields }) => JSON.stringify(Object.entries(fields).sort());

const versionOf = (form) => Number(form.elements.namedItem("version")?.value || 0);
const outdated = (form, kept) => (kept.version && kept.version < versionOf(form) ? text("draftOutdated") : "");

function say(form, words) {
  const place = form.querySelector("[data-draft-status]");
  if (place) place.textContent = words;
}

const contents = (form) => ({ form: nameOf(form), version: versionOf(form), fields: { ...parsed(snapshot(form)), ...seen(form) } });

/** What the page showed when writing began, which merging needs later; it travels with the text. */
function seen(form) {
  const field = form.elements.namedItem("seen");
  return field?.value ? { seen: [field.value] } : {};
}

/** The fields a person types in, as text; secrets and tokens are never kept. */
function snapshot(form) {
  const fields = {};
  for (const field of form.elements) {
    if (!field.name || /^(csrf_token|version)$/.test(field.name)) continue;
    if (/^(password|hidden|file|submit|button)$/.test(field.type) || field.tagName === "BUTTON") continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) (fields[field.name] ??= []).push(field.value);
    } else if (field.multiple) fields[field.name] = [...field.selectedOptions].map((option) => option.value);
    else (fields[field.name] ??= []).push(field.value);
  }
  return JSON.stringify(fields);
}

/** Put a kept text into the form, as it was begun: on the version that was there then, so that saving merges what others did. */
function fill(form, { fields, form: name, version }) {
  const places = {};
  for (const field of form.elements) {
    if (!field.name || !(field.name in fields) || field.type === "hidden") continue;
    const values = fields[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else field.value = values[(places[field.name] = (places[field.name] ?? -1) + 1)] ?? "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.dispatchEvent(new CustomEvent("draft:restored"));
  }
  setHidden(form, "submission", name);
  setHidden(form, "seen", fields.seen?.[0]);
  if (version) setHidden(form, "version", version);
}

function setHidden(form, name, value) {
  const field = form.elements.namedItem(name);
  if (field && value) field.value = value;
}

const language = () => document.documentElement.lang;
const moment = (at) => new Date(at).toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" });
const clock = (at) => new Date(at).toLocaleTimeString(language(), { timeStyle: "short" });

/** A random name for this browser, to tell "here" from "elsewhere"; it says nothing about anybody. */
function device() {
  try {
    if (!localStorage.getItem(DEVICE)) localStorage.setItem(DEVICE, crypto.getRandomValues(new Uint32Array(3)).join("-"));
    return localStorage.getItem(DEVICE);
  } catch { return ""; }
}

function parsed(fields) {
  try { return typeof fields === "string" ? JSON.parse(fields) : fields ?? {}; } catch { return {}; }
}
function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}
function write(key, kept) {
  try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), ...kept })); } catch { /* Storage full or off. */ }
}
function forget(key) {
  try { localStorage.removeItem(key); } catch { /* Nothing was kept. */ }
}

/** A form that was sent and did not come back was saved; error and sign-in pages prove nothing. */
function forgetSaved() {
  try {
    const key = sessionStorage.getItem(SENT);
    if (!key || document.querySelector("[data-keeps-drafts]")) return;
    const isBack = [...document.querySelectorAll("form[data-draft]")].some((form) => keyOf(form) === key);
    if (!isBack) forget(key);
    sessionStorage.removeItem(SENT);
  } catch { /* Without storage nothing was kept. */ }
}

function forgetOld() {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(PREFIX) && !((read(key)?.at ?? 0) > Date.now() - KEPT_FOR)) forget(key);
  } catch { /* Without storage nothing was kept. */ }
}
