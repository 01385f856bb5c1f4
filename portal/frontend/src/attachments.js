// Files of a document: chosen, dropped or pasted, sent one by one with a bar each, and looked at in place. Without this
// script the form sends all of them at once, and a file's name leads to its own page.
import { csrfToken, iconElement } from "./page.js";
import { showToast } from "./toasts.js";
import { startViewer } from "./viewer.js";

const AT_ONCE = 2;
const TOO_OFTEN = 429;
const PAUSE = 5000;
const PICTURE = /^image\/(png|jpeg|gif|webp|bmp|tiff)$/;

for (const section of document.querySelectorAll("[data-attachments]")) start(section);
startViewer();
watchPage();

function start(section) {
  const words = JSON.parse(section.dataset.words);
  const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  const list = () => section.querySelector("[data-attachment-list]");
  if (list()) watch(section);
  const input = section.querySelector("[data-attach-input]");
  if (!input) return;
  section.classList.add("is-live");
  section.querySelector("[data-drop-hint]").hidden = false;
  const queue = makeQueue(section, say);
  for (const entry of section.querySelectorAll("[data-claimed] > li")) addRemove(entry, say);
  input.addEventListener("change", () => { queue.add([...input.files]); input.value = ""; });
  input.removeAttribute("name"); // The files have gone by themselves; the form around sends none.
  takeDrops(section, queue);
  takePastes(section, queue);
  section.closest("form[data-draft]")?.addEventListener("submit", (event) => {
    if (!queue.isBusy()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    showToast(say("busy"), "toast-bad");
  }, true);
}

/** The files that are waiting, on their way, or were refused; as many as AT_ONCE are sent side by side. */
function makeQueue(section, say) {
  const box = section.querySelector("[data-attach-queue]");
  const most = Number(section.dataset.most);
  const waiting = [];
  let running = 0;

  const next = () => {
    while (running < AT_ONCE && waiting.length) {
      running += 1;
      send(waiting.shift());
    }
  };
  const put = (entry) => { waiting.push(entry); entry.wait(); next(); };
  const done = () => { running -= 1; next(); };

  function send(entry) {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.set("files", entry.file, entry.file.name);
    request.upload.addEventListener("progress", ({ loaded, total }) => entry.progress(Math.round((loaded / total) * 100)));
    request.addEventListener("error", () => { entry.fail(say("failed"), () => put(entry)); done(); });
    request.addEventListener("abort", () => { entry.fail(say("cancelled"), () => put(entry)); done(); });
    request.addEventListener("load", () => {
      if (request.status === TOO_OFTEN) setTimeout(() => put(entry), PAUSE);
      else settle(entry, request);
      done();
    });
    request.open("POST", section.dataset.attachments);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    entry.start(() => request.abort());
    request.send(form);
  }

  function settle(entry, request) {
    const said = answerOf(request);
    const one = said?.files?.[0];
    if (!one || one.error) {
      const retry = one || request.status < 500 ? null : () => put(entry);
      entry.fail(one?.error ?? said?.title ?? say("failed"), retry);
    } else if (section.dataset.claims) entry.claim(one, section.dataset.claims);
    else {
      entry.finish(one.outcome === "added" ? say("attached") : say(one.outcome, { n: one.version }));
      refresh(section);
    }
  }

  return {
    isBusy: () => running > 0 || waiting.length > 0,
    add: (files) => {
      for (const file of files) {
        const entry = makeEntry(file, say);
        box.append(entry.element);
        if (file.size > most * 1048576) entry.fail(say("tooLarge", { n: most }));
        else put(entry);
      }
    },
  };
}

const answerOf = (request) => { try { return JSON.parse(request.responseText); } catch { return null; } };

function makeEntry(file, say) {
  const element = document.createElement("li");
  element.className = "attach-entry";
  const name = made("span", "attach-entry-name", file.name);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", file.name);
  const state = made("span", "attach-entry-state soft small", say("waiting"));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm";
  element.append(name, bar, state, button);
  const offer = (label, act) => {
    button.hidden = !act;
    button.textContent = label;
    button.setAttribute("aria-label", `${label}: ${file.name}`);
    button.onclick = act;
  };
  const leave = () => element.remove();
  return {
    file, element,
    wait: () => { bar.value = 0; bar.hidden = false; element.classList.remove("is-bad"); state.textContent = say("waiting"); offer("", null); },
    start: (cancel) => offer(say("cancel"), cancel),
    progress: (percent) => { bar.value = percent; state.textContent = percent < 100 ? say("uploading", { percent }) : say("checking"); },
    fail: (words, retry) => {
      bar.hidden = true;
      element.classList.add("is-bad");
      state.textContent = words;
      offer(retry ? say("retry") : say("close"), retry ?? leave);
    },
    finish: (words) => { bar.remove(); state.textContent = words; offer("", null); setTimeout(leave, 4000); },
    claim: (one, field) => {
      bar.remove();
      state.textContent = say("attached");
      const hidden = document.createElement("input");
      hidden.type = "hidden";
      hidden.name = field;
      hidden.value = one.id;
      element.append(hidden);
      element.dataset.deletionUrl = one.deletion_url;
      button.remove();
      addRemove(element, say);
    },
  };
}

function made(tag, className, words) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = words;
  return element;
}

/** A file of a document that is not saved yet can be taken back. */
function addRemove(entry, say) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm btn-square";
  button.setAttribute("aria-label", `${say("remove")}: ${entry.querySelector(".attach-entry-name").textContent}`);
  button.append(iconElement("x"));
  button.addEventListener("click", () => {
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
    fetch(entry.dataset.deletionUrl, { method: "POST", headers, credentials: "same-origin" }).catch(() => { /* It is swept in a week. */ });
    entry.remove();
  });
  entry.append(button);
}

/** Pictures that land in the text belong into the text; everything else becomes an attachment. */
function ours(event, files) {
  const isInText = event.target.closest?.(".editor-panes, textarea[data-editor]");
  return [...files].filter((file) => !(isInText && PICTURE.test(file.type)));
}

function takeDrops(section, queue) {
  const zone = section.closest("form[data-draft]") ?? document.querySelector("main");
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const isElsewhere = (event) => event.target.closest?.("[data-drop]");
  let leaving;
  zone.addEventListener("dragover", (event) => {
    if (!hasFiles(event) || isElsewhere(event)) return;
    event.preventDefault();
    section.classList.add("is-over");
    clearTimeout(leaving);
    leaving = setTimeout(() => section.classList.remove("is-over"), 200);
  }, true);
  zone.addEventListener("drop", (event) => {
    if (!hasFiles(event) || isElsewhere(event)) return;
    const files = ours(event, event.dataTransfer.files);
    if (!files.length) return;
    event.preventDefault();
    if (files.length === event.dataTransfer.files.length) event.stopPropagation();
    queue.add(files);
  }, true);
}

function takePastes(section, queue) {
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    // Spreadsheets put a picture of the cells beside their text: the text is meant.
    if (!data?.files.length || data.types.includes("text/plain")) return;
    const files = ours(event, data.files);
    if (!files.length) return;
    event.preventDefault();
    event.stopPropagation();
    queue.add(files.map(named));
    section.scrollIntoView({ block: "nearest" });
  }, true);
}

/** Every picture of the clipboard is called image.png; the second would become a version of the first. */
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const when = new Date().toLocaleString("sv").replace(/[-:]/g, "").replace(" ", "-");
  return new File([file], file.name.replace(".", `-${when}.`), { type: file.type });
}

async function fragment(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  return answer.ok ? answer.text() : null;
}

async function refresh(section) {
  try {
    const html = await fragment(section.dataset.attachments);
    if (html === null || section.querySelector("details[open]")) return;
    section.querySelector("[data-attachment-list]").outerHTML = html;
    const count = section.querySelector("[data-attachment-count]");
    if (count) count.textContent = section.querySelector("[data-attachment-list]").dataset.count;
    watch(section);
  } catch { /* The next look will show it. */ }
}

/** Look again while a file is being read, ever more rarely. */
function watch(section, pause = 1500) {
  clearTimeout(Number(section.dataset.timer));
  if (!section.querySelector("[data-attachment-list][data-waiting]")) return;
  section.dataset.timer = setTimeout(async () => {
    await refresh(section);
    watch(section, Math.min(pause * 1.5, 20000));
  }, pause);
}

/** The page of one file waits for its preview. */
function watchPage(pause = 1500) {
  const preview = document.querySelector("main > .preview, .preview:not(dialog .preview)");
  if (!preview?.querySelector("[data-waiting]")) return;
  setTimeout(async () => {
    const html = await fragment(location.pathname).catch(() => null);
    if (html !== null) preview.outerHTML = html;
    watchPage(Math.min(pause * 1.5, 20000));
  }, pause);
}
