// Short messages at the foot of the page. Those without a button leave by themselves; errors and
// offers to undo stay until they are closed.
import { text } from "./page.js";

const READING_TIME = 7000;

export function startToasts() {
  for (const note of document.querySelectorAll(".toast-note")) arm(note);
}

export function showToast(message, tone = "") {
  const note = document.createElement("div");
  note.className = `toast-note ${tone}`;
  const words = document.createElement("span");
  words.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.closeToast = "";
  close.textContent = text("close");
  note.append(words, close);
  if (!tone) note.dataset.leaves = "";
  document.querySelector(".toasts")?.append(note);
  arm(note);
}

function arm(note) {
  note.querySelector("[data-close-toast]")?.addEventListener("click", () => note.remove());
  if (!("leaves" in note.dataset)) return;
  let timer;
  const leave = () => { timer = setTimeout(() => note.remove(), READING_TIME); };
  const stay = () => clearTimeout(timer);
  note.addEventListener("pointerenter", stay);
  note.addEventListener("pointerleave", leave);
  note.addEventListener("focusin", stay);
  note.addEventListener("focusout", leave);
  leave();
}
