// The keyboard: `/` searches, `?` shows the keys, j and k walk a list, e edits, n starts a document.
// Single-letter keys can be switched off (WCAG 2.1.4); the choice stays in this browser.
import { openDialog } from "./dialogs.js";

const SWITCH = "zhiying.keys";

const actions = {
  "/": () => focusSearch(),
  "?": () => openDialog("shortcuts"),
  j: () => step(1),
  k: () => step(-1),
  e: () => follow("e"),
  n: () => follow("n"),
  h: () => follow("h"),
};

export function startKeys() {
  const box = document.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = areOn();
    box.addEventListener("change", () => remember(box.checked));
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!areOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (actions[event.key]?.()) event.preventDefault();
  });
}

function areOn() {
  try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
}

function remember(on) {
  try { localStorage.setItem(SWITCH, on ? "on" : "off"); } catch { /* Without storage the keys stay on. */ }
}

const isTyping = (target) =>
  target.isContentEditable || target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, .CodeMirror");

function focusSearch() {
  const input = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
  input?.focus();
  input?.select();
  return input;
}

function follow(key) {
  const target = document.querySelector(`main [data-key="${key}"]`) ?? document.querySelector(`[data-key="${key}"]`);
  target?.click();
  return target;
}

/** Moves the focus to the next or the previous row's title. */
function step(by) {
  const titles = [...document.querySelectorAll("[data-row] .row-title")].filter((title) => title.offsetParent);
  if (titles.length === 0) return false;
  const now = titles.indexOf(document.activeElement);
  const next = titles[now < 0 ? (by > 0 ? 0 : titles.length - 1) : Math.min(Math.max(now + by, 0), titles.length - 1)];
  next.focus();
  next.closest("[data-row]").scrollIntoView({ block: "nearest" });
  return true;
}
