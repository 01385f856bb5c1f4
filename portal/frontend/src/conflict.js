// A paragraph that two people changed: choosing a side fills the field with its text, typing in the field chooses the field.
// Without this script the choice alone counts.
export function startConflict() {
  for (const group of document.querySelectorAll("[data-choice]")) {
    const own = group.querySelector("[data-own]");
    const radios = [...group.querySelectorAll("input[type=radio]")];
    const side = (name) => group.querySelector(`input[type=hidden][name^="${name}:"]`).value.replace(/\s+$/, "");
    const texts = { mine: side("mine"), theirs: side("theirs"), both: own.value };
    group.addEventListener("change", ({ target }) => {
      if (target.type === "radio" && target.value in texts) own.value = texts[target.value];
      if (target.value === "own" && target.type === "radio") own.focus();
    });
    own.addEventListener("input", () => { radios.find((radio) => radio.value === "own").checked = true; });
  }
}
