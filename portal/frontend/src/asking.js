// The box "This is a question" follows what is being typed until somebody touches it; from then on it stays as chosen.
// The same rule is the server's (features/documents/services.py, `asks`), where no script runs.
const CLOSING = /[ *_）)”」』】\]]+$/;

export const asks = (title, body) =>
  [title, body.trimEnd().split("\n").at(-1)].some((text) => /[?？]$/.test(text.trimEnd().replace(CLOSING, "")));

export function startAsking() {
  const box = document.querySelector("[data-asks] input[type=checkbox]");
  const chosen = document.querySelector("[data-asks] [name=question_chosen]");
  if (!box || !chosen) return;
  const { form } = box;
  const follow = () => {
    if (!chosen.value) box.checked = asks(form.elements.title?.value ?? "", form.elements.body?.value ?? "");
  };
  box.addEventListener("change", () => { chosen.value = "1"; });
  form.addEventListener("input", (event) => { if (event.target !== box) setTimeout(follow); });
  form.addEventListener("draft:restored", () => setTimeout(follow), true);
  // What stood there when it was sent is what was chosen.
  form.addEventListener("submit", () => { chosen.value = "1"; });
  follow();
}
