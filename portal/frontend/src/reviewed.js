// Where a space publishes after review, the button of the editor says so, as soon as that space is chosen.
export function startReviewed(button) {
  const space = button.form.elements.namedItem("space");
  const reviewed = JSON.parse(button.dataset.reviewed);
  const label = button.querySelector("span");
  const show = () => { label.textContent = reviewed.includes(Number(space.value)) ? button.dataset.labelReview : button.dataset.label; };
  space.addEventListener("change", show);
  show();
}
