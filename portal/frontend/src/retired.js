// Warns while somebody types a wording or a price that is retired, and puts the new one in its place. The server compares
// every text anew when it is saved, also in traditional characters, in tables and in files.
import { text } from "./page.js";

const PAUSE = 600;
const FIELDS = "textarea[data-editor], .reply-form textarea, form[data-draft] input[type=text]";

export async function startRetired() {
  const fields = [...document.querySelectorAll(FIELDS)];
  if (!fields.length) return;
  const answer = await fetch("/retired/phrases", { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const phrases = (await answer.json()).phrases.map((row) => ({ ...row, pattern: patternOf(row.phrase) }));
  if (phrases.length) for (const field of fields) watch(field, phrases);
}

/** Width and case do not count, and space between Chinese characters may come or go; 12.5 is neither 112.5 nor 12.50. */
function patternOf(phrase) {
  const folded = fold(phrase).trim().replace(/\s+/g, " ");
  const isLatin = (c) => c < "\u0080";
  const parts = [...folded].map((c, at, all) => {
    if (c === " ") return "";
    const hasSpace = all[at - 1] === " ";
    const gap = !at ? "" : isLatin(c) && isLatin(all[at - (hasSpace ? 2 : 1)]) ? (hasSpace ? "\\s+" : "") : "\\s*";
    return gap + c.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  });
  const before = /^[a-z0-9]/.test(folded) ? "(?<![a-z0-9])" + (/^\d/.test(folded) ? "(?<!\\d[.,])" : "") : "";
  const after = /[a-z0-9]$/.test(folded) ? "(?![a-z0-9])" + (/\d$/.test(folded) ? "(?![.,]\\d)" : "") : "";
  return new RegExp(before + parts.join("") + after, "g");
}

const fold = (words) => words.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
  .replaceAll("\u3000", " ").replace(/[A-Z]/g, (c) => c.toLowerCase());

function watch(field, phrases) {
  const box = document.createElement("div");
  box.className = "retired-warning";
  box.setAttribute("role", "status");
  const group = field.closest(".form-group");
  if (group) group.append(box);
  else field.after(box);
  let timer;
  let shown = "";
  const look = () => {
    const folded = fold(field.value);
    const found = phrases.filter((row) => folded.search(row.pattern) >= 0);
    const names = found.map((row) => row.phrase).join("\n");
    if (names === shown) return;
    shown = names;
    box.replaceChildren(...found.map((row) => warning(row, () => { replace(field, row); look(); })));
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  look();
}

function warning(row, replaceIt) {
  const line = document.createElement("p");
  line.append(text(row.replacement ? "retiredInstead" : "retired", row), " ", row.reason, " ");
  if (row.replacement) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = text("retiredReplace");
    button.addEventListener("click", replaceIt);
    line.append(button);
  }
  return line;
}

/** From the end, so that earlier places keep their numbers. */
function replace(field, row) {
  let words = field.value;
  for (const found of [...fold(words).matchAll(row.pattern)].reverse())
    words = words.slice(0, found.index) + row.replacement + words.slice(found.index + found[0].length);
  field.value = words;
  field.dispatchEvent(new CustomEvent("draft:restored")); // The rich editor shows what the field holds.
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
