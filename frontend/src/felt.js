// How it felt, in two taps: once both scales were tapped it is sent, without the button. Whoever
// goes by key keeps the button, since every arrow key there is a choice.

const TAP_MS = 800;

for (const form of document.querySelectorAll("form[data-felt]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  let tappedMs = -TAP_MS;
  form.addEventListener("pointerdown", (event) => (tappedMs = event.timeStamp));
  form.addEventListener("change", (event) => {
    if (event.timeStamp - tappedMs < TAP_MS && form.checkValidity()) form.requestSubmit();
  });
}
