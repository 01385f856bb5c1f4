// Forms made by templates: the title that writes itself, rows of table fields, and the builder of fields.
// Every one of them also works as plain rows that the server reads.

const DOUBLED = /\s*([-–—_·/、|])(?:\s*[-–—_·/、|])+\s*/g;
const ENDS = /^[\s\-–—_·/、|]+|[\s\-–—_·/、|]+$/g;

for (const filling of document.querySelectorAll("[data-filling][data-pattern]")) startTitle(filling);
for (const rows of document.querySelectorAll("[data-rows]")) startRows(rows);
for (const builder of document.querySelectorAll("[data-builder]")) startBuilder(builder);

/** The title follows the fields as long as nobody has typed one of their own. */
function startTitle(filling) {
  const { pattern } = filling.dataset;
  const known = JSON.parse(filling.dataset.known || "{}");
  const form = filling.closest("form");
  const title = form?.elements.namedItem("title");
  const made = filling.querySelector("[data-made-title]");
  if (!pattern || !title || !made) return;
  const isOurs = () => title.value.trim() === "" || title.value === made.value;
  filling.addEventListener("input", () => {
    if (!isOurs()) return;
    made.value = title.value = titleOf(pattern, known, form);
    title.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function titleOf(pattern, known, form) {
  const text = pattern.replace(/\{([^{}]*)\}/g, (_all, inside) => {
    const [name, ...rest] = inside.split(":");
    return valueOf(name.trim(), rest.join(":").trim(), known, form);
  });
  return text.replace(DOUBLED, "$1").replace(ENDS, "").slice(0, 200);
}

function valueOf(name, shape, known, form) {
  if (name === "date") return dated(known.date, shape || "%Y-%m-%d");
  if (name in known) return known[name];
  const control = form.elements.namedItem(`field-${name}`);
  const typed = (control?.value ?? "").trim().replace(/\s+/g, " ");
  if (control?.type === "date") return typed ? dated(partsOf(typed), shape || "%Y-%m-%d") : "";
  // A person is written with the name to sign in with, which has no place in a title.
  return control?.getAttribute("list") === "people" ? typed.replace(/[（(][^（()）]+[)）]$/, "") : typed;
}

const dated = (parts, shape) => shape.replace(/%(.)/g, (_all, letter) => parts[letter] ?? "");

function partsOf(iso) {
  const [Y, m, d] = iso.split("-");
  return { Y, m, d, y: Y.slice(-2), H: "00", M: "00", V: week(new Date(Date.UTC(Y, m - 1, d))) };
}

/** The ISO week of a day: that of its Thursday. */
function week(day) {
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const first = Date.UTC(day.getUTCFullYear(), 0, 1);
  return String(Math.ceil(((day - first) / 86400000 + 1) / 7)).padStart(2, "0");
}

/** A table field: one empty row at its end, more by a button or by Enter in the last one. */
function startRows(fieldset) {
  const body = fieldset.querySelector("tbody");
  const add = fieldset.querySelector("[data-add-row]");
  const pattern = body.lastElementChild.cloneNode(true);
  const isEmpty = (row) => [...row.querySelectorAll("input,select")].every((control) => control.value === "");
  let next = body.children.length;

  // Rows are called by their place, whatever numbers their controls carry.
  const relabel = () => [...body.children].forEach((row, place) => {
    for (const named of row.querySelectorAll("[aria-label]"))
      named.setAttribute("aria-label", named.getAttribute("aria-label").replace(/\d+(?=\D*$)/, place + 1));
  });
  const shown = () => [...body.children].filter((row) => !row.hidden);
  const remove = (row) => {
    const rows = shown();
    const beside = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    if (beside) row.remove();
    else for (const control of row.querySelectorAll("input,select")) control.value = "";
    relabel();
    beside?.querySelector("input,select")?.focus();
    fieldset.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const dress = (row) => {
    const button = row.querySelector("[data-remove-row]");
    button.hidden = false;
    button.addEventListener("click", () => remove(row));
  };
  const append = () => {
    const row = pattern.cloneNode(true);
    for (const control of row.querySelectorAll("input,select")) {
      control.name = control.id = control.name.replace(/-\d+-(?=[a-z0-9_]+$)/, `-${next}-`);
      control.value = "";
    }
    next += 1;
    body.append(row);
    dress(row);
    relabel();
    return row;
  };

  // Spare rows are hidden, not taken away: a form that nobody has touched must look untouched to what keeps drafts.
  const spare = () => [...body.children].find((row) => row.hidden);
  const another = () => {
    const row = spare() ?? append();
    row.hidden = false;
    return row;
  };
  for (const row of [...body.children].slice(1)) row.hidden = isEmpty(row);
  for (const row of body.children) dress(row);
  relabel();
  fieldset.addEventListener("draft:restored", () => { for (const row of body.children) if (!isEmpty(row)) row.hidden = false; }, true);
  add.hidden = false;
  add.addEventListener("click", () => another().querySelector("input,select").focus());
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    const rows = shown();
    (rows[rows.indexOf(event.target.closest("tr")) + 1] ?? another()).querySelector("input,select").focus();
  });
}

/** The builder: fields are added, moved and removed; a row shows what its type needs. */
function startBuilder(builder) {
  const list = builder.querySelector(".ask-rows");
  const pattern = list.lastElementChild.cloneNode(true);
  const isEmpty = (row) => row.querySelector("[name$='-label']").value === "";
  let next = list.children.length;

  const order = () => [...list.children].forEach((row, place) => {
    for (const label of row.querySelectorAll(".ask-name .form-label")) label.textContent = label.textContent.replace(/\d+/, place + 1);
    for (const button of row.querySelectorAll("[data-ask-tools] button"))
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+/, place + 1));
    row.querySelector("[name$='-order']").value = (place + 1) * 10;
    row.querySelector("[data-up]").disabled = place === 0;
    row.querySelector("[data-down]").disabled = place === list.children.length - 1;
  });
  const show = (row) => {
    const type = row.querySelector("[data-ask-type]").value;
    for (const part of row.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== type;
  };
  const dress = (row) => {
    row.querySelector("[data-ask-tools]").hidden = false;
    for (const plain of row.querySelectorAll("[data-plain]")) plain.hidden = true;
    row.querySelector("[data-ask-type]").addEventListener("change", () => show(row));
    row.querySelector("[data-up]").addEventListener("click", (event) => { row.previousElementSibling?.before(row); order(); event.target.closest("button").focus(); });
    row.querySelector("[data-down]").addEventListener("click", (event) => { row.nextElementSibling?.after(row); order(); event.target.closest("button").focus(); });
    row.querySelector("[data-remove]").addEventListener("click", () => {
      const beside = row.nextElementSibling ?? row.previousElementSibling;
      if (list.children.length > 1) row.remove();
      else row.querySelector("[name$='-label']").value = "";
      order();
      beside?.querySelector("input")?.focus();
    });
    show(row);
  };
  const append = () => {
    next += 1;
    const row = pattern.cloneNode(true);
    for (const node of row.querySelectorAll("[name],[id],[for],[aria-describedby]"))
      for (const name of ["name", "id", "for", "aria-describedby"])
        if (node.hasAttribute(name)) node.setAttribute(name, node.getAttribute(name).replace(/^ask-\d+-/, `ask-${next}-`));
    list.append(row);
    dress(row);
    order();
    row.querySelector("input").focus();
  };

  for (const row of [...list.children].slice(1)) if (isEmpty(row)) row.remove();
  for (const row of list.children) dress(row);
  order();
  builder.querySelector("[data-more]").addEventListener("click", (event) => { event.preventDefault(); append(); });
}
