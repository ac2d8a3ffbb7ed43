// What htmx and HTML cannot do alone. Every page works without this file.
(() => {
  const announcer = document.getElementById("announcer");
  const announce = (text) => { announcer.textContent = text; };

  // An error summary takes the focus, so that a screen reader begins there.
  document.querySelector("[data-focus-first]")?.focus();

  // Copy buttons: useless without JavaScript, so they are hidden in the page.
  const showCopyButtons = (root) => root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  showCopyButtons(document);
  document.addEventListener("htmx:after:swap", () => showCopyButtons(document));

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const source = copy.dataset.copy ? document.getElementById(copy.dataset.copy) : copy.parentElement.querySelector("[data-copy-source]");
      await navigator.clipboard.writeText(source.innerText.trim());
      const label = copy.querySelector("span");
      label.textContent = "Copied";
      announce("Copied");
      setTimeout(() => { label.textContent = "Copy"; }, 2000);
    }
    // Menus close when something else is clicked.
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    // A link to a page of its own opens its dialog instead, where there is one.
    const opener = event.target.closest("[data-dialog]");
    const opened = opener && document.getElementById(opener.dataset.dialog);
    if (opened?.showModal) {
      event.preventDefault();
      opened.showModal();
      opened.querySelector("[tabindex='-1']")?.focus();
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });

  // Esc closes an open menu and gives the focus back to its button.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Work starts once: the server is idempotent, the button says that it heard.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.dataset.submitting || event.defaultPrevented) return;
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.submitting;
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-label]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    button.textContent = button.dataset.label;
  }));

  // Polling that fails says so and goes on trying.
  const paused = (event, failed) => {
    const poll = event.target.closest?.("[data-poll]");
    const note = poll && document.getElementById(poll.dataset.poll);
    if (note) note.hidden = !failed;
  };
  document.addEventListener("htmx:error", (event) => paused(event, true));
  document.addEventListener("htmx:response:error", (event) => paused(event, true));
  document.addEventListener("htmx:after:swap", (event) => paused(event, false));
})();
