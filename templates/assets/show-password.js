// 「パスワードを表示する」. Hidden again before the form goes, so that no browser keeps it as ordinary text.

for (const box of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(box.dataset.shows);
  box.addEventListener("change", () => {
    field.type = box.checked ? "text" : "password";
  });
  field.form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    box.checked = false;
    field.type = "password";
  });
}
