// Keeps what is being written in this browser, form by form, so that an expired session, a closed
// tab or a crash loses nothing. It is offered again on the same form, to the same person, for 14 days.
import { actorName, text } from "./page.js";
import { showToast } from "./toasts.js";

const PREFIX = "zhiying.draft:";
const SENT = "zhiying.sent";
const KEPT_FOR = 14 * 24 * 3600 * 1000;
const PAUSE = 800;

export function startDrafts() {
  forgetOld();
  forgetSaved();
  for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
}

const keyOf = (form) => `${PREFIX}${actorName()}:${form.dataset.draft}`;

function keep(form) {
  const key = keyOf(form);
  const before = snapshot(form);
  const stored = read(key);
  let timer;
  let leaving = false;
  const isChanged = () => snapshot(form) !== before;
  const store = () => { if (isChanged()) write(key, snapshot(form)); };

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(store, PAUSE); });
  form.addEventListener("submit", () => {
    store();
    leaving = true;
    try { sessionStorage.setItem(SENT, key); } catch { /* Then the text is merely offered once more. */ }
  });
  addEventListener("pagehide", store);
  addEventListener("beforeunload", (event) => { if (!leaving && isChanged()) event.preventDefault(); });
  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]") ?? undefined);
  });
  if (stored && stored.fields !== before) offer(form, key, stored);
}

function offer(form, key, stored) {
  const box = form.querySelector("[data-draft-offer]");
  if (!box) return;
  const when = new Date(stored.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  box.querySelector("[data-draft-text]").textContent = text("draftFound", { when });
  box.querySelector("[data-draft-restore]").onclick = () => {
    fill(form, JSON.parse(stored.fields));
    box.hidden = true;
    showToast(text("draftRestored"));
  };
  box.querySelector("[data-draft-discard]").onclick = () => { forget(key); box.hidden = true; };
  box.hidden = false;
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
    else fields[field.name] = [field.value];
  }
  return JSON.stringify(fields);
}

function fill(form, fields) {
  for (const field of form.elements) {
    if (!field.name || !(field.name in fields) || field.type === "hidden") continue;
    const values = fields[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else field.value = values[0] ?? "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.dispatchEvent(new CustomEvent("draft:restored"));
  }
}

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}
function write(key, fields) {
  try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields })); } catch { /* Storage full or off. */ }
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
