// Answering one reply: the page's one form moves under it. Without this script the link loads the page with the form
// set for that reply.
export function startAnswers() {
  const form = document.getElementById("reply-form");
  if (!form) return;
  const home = form.parentElement;
  const nobody = form.querySelector("[data-answers-nobody]");
  const label = form.querySelector("label");
  const parent = form.querySelector("[name=parent_id]");
  for (const link of document.querySelectorAll("[data-answers]"))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      parent.value = link.dataset.answers;
      label.textContent = form.dataset.labelTo.replace("{name}", link.dataset.name);
      nobody.hidden = false;
      link.closest(".reply-tools").after(form);
      form.querySelector("textarea").focus();
    });
  nobody.addEventListener("click", (event) => {
    event.preventDefault();
    parent.value = "";
    label.textContent = form.dataset.label;
    nobody.hidden = true;
    home.append(form);
    form.querySelector("textarea").focus();
  });
}
