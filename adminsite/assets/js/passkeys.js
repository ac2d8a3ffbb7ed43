// Shows what needs passkeys where the browser has them, and says in words what went wrong with one.
(() => {
  if (window.PublicKeyCredential) {
    document.querySelectorAll("[data-needs-passkeys]").forEach((part) => { part.hidden = false; });
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const canceled = event.detail.exception?.name === "NotAllowedError";
    const box = document.createElement("div");
    box.className = "message message--error";
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    box.textContent = canceled
      ? "The passkey was not used: you cancelled, or it took too long. Try again."
      : "The passkey could not be used. Try another one, or sign in with your password.";
    document.querySelectorAll("[data-passkey-error]").forEach((old) => old.remove());
    box.dataset.passkeyError = "";
    document.querySelector("h1").after(box);
    box.focus();
  });
})();
