// What htmx and HTML cannot do alone. Every page works without this file.
(() => {
  const announcer = document.getElementById("announcer");
  const announce = (text) => { announcer.textContent = text; };

  // What the server says to a screen reader about a change elsewhere on the page (header HX-Trigger).
  document.addEventListener("announce", (event) => announce(event.detail.text));

  // A run says when its step changes, and only then.
  let said = document.querySelector("[data-announce]")?.dataset.announce;
  const announceStep = () => {
    const now = document.querySelector("[data-announce]")?.dataset.announce;
    if (now && now !== said) announce(now);
    said = now;
  };

  // A log that is followed shows its end, until the reader scrolls up.
  const readers = new WeakSet();
  const followLogs = () => document.querySelectorAll("[data-follow]").forEach((log) => {
    if (!readers.has(log)) log.scrollTop = log.scrollHeight;
  });
  document.addEventListener("scroll", (event) => {
    const log = event.target;
    if (!log.matches?.("[data-follow]")) return;
    if (log.scrollTop + log.clientHeight < log.scrollHeight - 8) readers.add(log);
    else readers.delete(log);
  }, true);

  // What arrived to be shown as a dialog is shown as one, with the focus on its heading, for what follows is long.
  const openArrived = () => {
    const dialog = document.querySelector("[data-dialog-of]")?.closest("dialog");
    if (!dialog || dialog.open) return;
    dialog.addEventListener("close", () => dialog.querySelector("[data-dialog-of]")?.remove(), { once: true });
    dialog.showModal();
    dialog.querySelector("[tabindex='-1']")?.focus();
  };

  const arrived = () => {
    showCopyButtons(document);
    announceStep();
    followLogs();
    openArrived();
  };

  // An error summary takes the focus, so that a screen reader begins there.
  const focusProblem = () => document.querySelector("[data-focus-first]")?.focus();
  focusProblem();

  // Buttons to copy, or to show what was typed: useless without JavaScript, so they are hidden in the page.
  const showCopyButtons = (root) => root.querySelectorAll("[data-copy], [data-show]").forEach((button) => { button.hidden = false; });
  showCopyButtons(document);
  followLogs();

  // What was chosen while an answer was on its way stays chosen, where it is still offered.
  const late = new WeakMap();
  const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
  const chosenSince = (sent, form) => [...form.elements].filter((field) => field.name && field.type !== "hidden"
    && (isTicked(field) ? field.checked !== sent.getAll(field.name).includes(field.value)
      : field.tagName === "SELECT" && field.value !== (sent.get(field.name) ?? "")));
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement.closest("form");
    if (form && ctx.request.body instanceof URLSearchParams && ctx.request.body.get("action") === "update") {
      late.set(ctx, { form, fields: chosenSince(ctx.request.body, form) });
    }
  });
  const chooseAgain = ({ form, fields }) => fields.forEach((chosen) => [...form.elements].forEach((field) => {
    if (field.name !== chosen.name || field.disabled) return;
    if (isTicked(field) && field.value === chosen.value) field.checked = chosen.checked;
    if (!isTicked(field) && [...field.options].some((option) => option.value === chosen.value)) field.value = chosen.value;
  }));

  document.addEventListener("htmx:after:swap", (event) => {
    if (late.has(event.detail.ctx)) chooseAgain(late.get(event.detail.ctx));
    arrived();
    if (event.detail.ctx?.response?.raw.status >= 400) focusProblem();
  });

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
    // A secret is shown while it is typed.
    const show = event.target.closest("[data-show]");
    if (show) {
      const field = document.getElementById(show.dataset.show);
      const isShown = field.type === "password";
      field.type = isShown ? "text" : "password";
      show.setAttribute("aria-pressed", String(isShown));
    }
    // A suggestion is taken over into its field.
    const fill = event.target.closest("[data-fill]");
    if (fill) {
      const field = document.getElementById(fill.dataset.fill);
      field.value = fill.dataset.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
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
    if (closer?.closest("dialog")) {
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

  // An error's page is not shown in place of a part; nothing else of it is taken over either, such as its title.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.swap === "none" && ctx.response?.raw.status >= 400) event.preventDefault();
  });

  // Polling that fails says so and goes on trying. The answer that ends it carries no name of the note any more.
  const notes = new WeakMap();
  const paused = ({ target }) => {
    const note = document.getElementById(target.dataset?.poll);
    if (!note) return;
    note.hidden = false;
    notes.set(target, note.id);
  };
  document.addEventListener("htmx:error", paused);
  document.addEventListener("htmx:response:error", paused);
  document.addEventListener("htmx:after:swap", ({ target }) => {
    const note = document.getElementById(notes.get(target));
    if (note) note.hidden = true;
  });
})();
