// Naming people: an @ opens a list of colleagues and departments, in plain fields and in the editor alike. Arrows walk,
// Enter or Tab takes, Escape closes; a finger takes by touching. What is put in is the form that the server keeps.
import { text } from "./page.js";

const PAUSE = 150;
const TYPED = /(?:^|[^A-Za-z0-9_.+\-/@＠\\])[@＠]([^\s@＠[\](){}<>`|,，。；：！？、]{0,20})$/u;
let number = 0;

for (const area of document.querySelectorAll("textarea[data-mentions]")) {
  new Mentions(plain(area));
  area.addEventListener("editor:ready", () => new Mentions(rich(area.mirror)), { once: true });
  if (area.mirror) new Mentions(rich(area.mirror));
}

function Mentions(field) {
  const box = document.createElement("ul");
  const status = document.createElement("span");
  let found = [];
  let chosen = 0;
  let latest = 0;
  let timer;

  box.className = "mention-list";
  box.id = `mention-list-${++number}`;
  box.hidden = true;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", text("mentionList"));
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(box, status);

  const close = () => {
    latest += 1;
    clearTimeout(timer);
    box.hidden = true;
    field.input.removeAttribute("aria-activedescendant");
    field.input.removeAttribute("aria-controls");
  };

  const look = () => {
    const typed = TYPED.exec(field.before());
    if (!typed) return close();
    clearTimeout(timer);
    timer = setTimeout(() => ask(typed[1]), PAUSE);
  };

  const ask = async (words) => {
    const mine = ++latest;
    try {
      const answer = await fetch(`/mentions?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
      if (mine !== latest || !answer.ok) return;
      found = (await answer.json()).found;
    } catch { return; }
    if (mine !== latest) return;
    if (found.length) open();
    else close();
  };

  const open = () => {
    box.replaceChildren(...found.map(option));
    box.hidden = false;
    place();
    field.input.setAttribute("aria-controls", box.id);
    status.textContent = text("mentionsFound", { count: found.length });
    choose(0);
  };

  const option = (each, at) => {
    const row = document.createElement("li");
    row.id = `${box.id}-${at}`;
    row.setAttribute("role", "option");
    const name = document.createElement("span");
    name.textContent = each.name;
    const detail = document.createElement("span");
    detail.className = "soft small";
    detail.textContent = each.detail;
    row.append(name, detail);
    // Before the field loses the focus to it.
    row.addEventListener("pointerdown", (event) => { event.preventDefault(); take(at); });
    return row;
  };

  const choose = (at) => {
    chosen = (at + found.length) % found.length;
    [...box.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === chosen)));
    box.children[chosen].scrollIntoView({ block: "nearest" });
    field.input.setAttribute("aria-activedescendant", `${box.id}-${chosen}`);
  };

  const take = (at) => {
    const typed = TYPED.exec(field.before());
    if (typed) field.replace(typed[1].length + 1, found[at].text);
    close();
  };

  /** Under the caret, or above it where there is no room below; never beyond the edge of the window. */
  const place = () => {
    const caret = field.caret();
    const { offsetWidth: width, offsetHeight: height } = box;
    const view = window.visualViewport?.height ?? innerHeight;
    const below = caret.bottom + height + 8 <= view || caret.top - height < 0;
    box.style.left = `${Math.max(8, Math.min(caret.left, document.documentElement.clientWidth - width - 8)) + scrollX}px`;
    box.style.top = `${(below ? caret.bottom + 4 : caret.top - height - 4) + scrollY}px`;
  };

  const keys = {
    ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1),
    Enter: () => take(chosen), Tab: () => take(chosen), Escape: close,
  };

  field.onKey((event) => {
    if (box.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
  field.onChange(look);
  field.onLeave(close);
}

function plain(area) {
  return {
    input: area,
    // Behind the editor the field stays hidden and has nothing to say.
    before: () => (!area.mirror && area.selectionStart === area.selectionEnd ? area.value.slice(Math.max(0, area.selectionStart - 40), area.selectionStart) : ""),
    replace: (length, words) => {
      area.focus();
      area.setSelectionRange(area.selectionStart - length, area.selectionStart);
      if (document.execCommand("insertText", false, words)) return;
      area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    caret: () => caretOf(area),
    onKey: (told) => area.addEventListener("keydown", told, true),
    onChange: (told) => { area.addEventListener("input", (event) => { if (!event.isComposing) told(); }); area.addEventListener("compositionend", told); area.addEventListener("click", told); },
    onLeave: (told) => area.addEventListener("blur", told),
  };
}

function rich(mirror) {
  return {
    input: mirror.getInputField(),
    before: () => {
      const at = mirror.getCursor();
      const kind = mirror.getTokenTypeAt(at) ?? "";
      return mirror.somethingSelected() || kind.includes("comment") ? "" : mirror.getLine(at.line).slice(0, at.ch);
    },
    replace: (length, words) => {
      const to = mirror.getCursor();
      mirror.replaceRange(words, { line: to.line, ch: to.ch - length }, to, "+input");
      mirror.focus();
    },
    caret: () => mirror.cursorCoords(true, "window"),
    onKey: (told) => mirror.on("keydown", (_mirror, event) => told(event)),
    onChange: (told) => { mirror.on("inputRead", told); mirror.on("change", (_mirror, change) => { if (change.origin === "+delete") told(); }); },
    onLeave: (told) => mirror.on("blur", told),
  };
}

const COPIED = ["boxSizing", "width", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "borderTopWidth", "borderRightWidth",
  "borderBottomWidth", "borderLeftWidth", "fontFamily", "fontSize", "fontWeight", "lineHeight", "letterSpacing", "tabSize"];

/** Where the caret of a textarea is in the window: measured in a copy, because the browser does not say. */
function caretOf(area) {
  const copy = document.createElement("div");
  const styles = getComputedStyle(area);
  for (const name of COPIED) copy.style[name] = styles[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", top: "0", left: "0" });
  copy.textContent = area.value.slice(0, area.selectionStart);
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  copy.append(mark);
  document.body.append(copy);
  const from = copy.getBoundingClientRect();
  const at = mark.getBoundingClientRect();
  copy.remove();
  const field = area.getBoundingClientRect();
  const top = field.top + at.top - from.top - area.scrollTop;
  return { left: field.left + at.left - from.left, top, bottom: top + at.height };
}
