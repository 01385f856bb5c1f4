// The textarea itself as an editing surface: what the tool bar does to its selection.
import { text } from "./page.js";

const around = { bold: ["**", "**"], link: ["[", "](https://)"] };
const before = { heading: "## ", bulletList: "- ", numberedList: "1. ", quote: "> " };
const block = { table: "\n|  |  |\n| --- | --- |\n|  |  |\n", code: "\n```\n\n```\n" };

export function plainSurface(area) {
  return {
    element: area,
    value: () => area.value,
    onChange: (told) => area.addEventListener("input", told),
    refresh: () => {},
    insert: (words) => {
      area.focus();
      area.setSelectionRange(area.selectionEnd, area.selectionEnd); // What is selected stays.
      insert(area, words);
    },
    apply: (name) => {
      area.focus();
      if (around[name]) wrap(area, ...around[name]);
      else if (before[name]) startLines(area, before[name]);
      else insert(area, block[name]);
    },
  };
}

function wrap(area, open, close) {
  const { selectionStart: from, selectionEnd: to } = area;
  const chosen = area.value.slice(from, to) || text("body");
  insert(area, open + chosen + close);
  area.setSelectionRange(from + open.length, from + open.length + chosen.length);
}

function startLines(area, mark) {
  const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const to = Math.max(area.selectionEnd, from);
  const lines = area.value.slice(from, to).split("\n");
  area.setSelectionRange(from, to);
  insert(area, lines.map((line) => mark + line).join("\n"));
}

/** Through the editing command, so that undo works; directly where the browser has none. */
function insert(area, words) {
  if (document.execCommand("insertText", false, words)) return;
  area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
