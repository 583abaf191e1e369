// The PC of a hand-off: goes on by itself where all that is missing is a press.

import "./follow.js";

const digits = document.querySelector("#digits");

// A Japanese keyboard may write them in full width, and composes until they are accepted.
function typed({ isComposing }) {
  if (!isComposing && /^\d{3}$/.test(digits.value.normalize("NFKC"))) digits.form.requestSubmit();
}

digits?.addEventListener("input", typed);
digits?.addEventListener("compositionend", typed);
document.querySelector("[data-act=commit]")?.requestSubmit();
