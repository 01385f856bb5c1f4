// Looks at files in place: a dialog with what the file's own page shows, and arrows to the files before and after.
import { iconElement } from "./page.js";

export function startViewer() {
  const section = document.querySelector("[data-attachments]");
  if (!section) return;
  const words = JSON.parse(section.dataset.words);
  let viewer;
  section.addEventListener("click", (event) => {
    const link = event.target.closest("[data-preview]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    viewer ??= makeViewer(words, section);
    viewer.open(link.getAttribute("href"));
  });
}

function makeViewer(words, section) {
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  dialog.setAttribute("aria-labelledby", "viewer-title");
  const head = document.createElement("div");
  head.className = "viewer-head";
  const title = document.createElement("h2");
  title.id = "viewer-title";
  const page = linkTo(words.openPage, { icon: "external-link" });
  const file = linkTo(words.download, { icon: "download" });
  file.download = "";
  const before = button(words.previous, { icon: "chevron-left" }, () => step(-1));
  const after = button(words.next, { icon: "chevron-right" }, () => step(1));
  head.append(title, before, after, page, file, button(words.close, { icon: "x" }, () => dialog.close()));
  const body = document.createElement("div");
  body.className = "viewer-body";
  body.tabIndex = 0;
  dialog.append(head, body);
  document.body.append(dialog);
  let at = "";

  const names = () => [...section.querySelectorAll(".attachment-name[data-preview]")];
  const place = () => names().findIndex((link) => link.getAttribute("href") === at);

  async function open(url) {
    at = url;
    const links = names();
    const link = links[place()];
    title.textContent = link.textContent;
    page.href = url;
    file.href = link.closest("li").querySelector("a[download]").href;
    before.hidden = after.hidden = links.length < 2;
    body.replaceChildren();
    body.setAttribute("aria-busy", "true");
    if (!dialog.open) dialog.showModal();
    body.focus();
    const html = await fetched(url);
    if (at !== url) return;
    body.removeAttribute("aria-busy");
    if (html === null) body.textContent = words.previewFailed;
    else body.innerHTML = html;
  }

  function step(by) {
    const links = names();
    open(links[(place() + by + links.length) % links.length].getAttribute("href"));
  }

  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || names().length < 2 || event.target.closest(".table-scroll")) return;
    event.preventDefault();
    step(by);
  });
  // Places of this file: the address of the page behind stays as it is.
  body.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    const target = body.querySelector(link.getAttribute("href"));
    target?.scrollIntoView();
    target?.focus({ preventScroll: true });
  });
  return { open };
}

async function fetched(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    return answer.ok ? await answer.text() : null;
  } catch { return null; }
}

function button(label, look, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.addEventListener("click", act);
  return dressed(made, label, look);
}

const linkTo = (label, look) => dressed(document.createElement("a"), label, look);

function dressed(element, label, { icon }) {
  element.className = "btn btn-quiet btn-square";
  element.title = label;
  element.setAttribute("aria-label", label);
  element.append(iconElement(icon));
  return element;
}
