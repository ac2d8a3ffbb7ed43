// What no accessibility rule sees. Boxes of controls are held against boxes of text and of other controls, as they lie on
// the page; lines of text are measured by the ranges of text nodes. What is hidden, or lies inside the other, does not count.
() => {
  const SCROLLS = ".tabs, .log, .features-scroll, .document--scroll";
  const seen = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && node.checkVisibility({ visibilityProperty: true })
      && !node.closest(".visually-hidden, .skip-link, .menu__list, dialog");
  };
  const crosses = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const short = (node) => node.outerHTML.slice(0, 90);
  const menus = [...document.querySelectorAll("details[open] .menu__list")].map((menu) => menu.getBoundingClientRect());
  const controls = [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((node) => seen(node) && !node.closest(SCROLLS));

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { textContent, parentElement } = walker.currentNode;
    if (!textContent.trim() || !seen(parentElement) || parentElement.closest(`script, noscript, select, ${SCROLLS}`)) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    for (const box of range.getClientRects()) texts.push({ parentElement, box, said: textContent.trim().slice(0, 40) });
  }

  const wrong = new Set();
  for (const control of controls) {
    const parts = control.tagName === "A" ? [...control.getClientRects()] : [control.getBoundingClientRect()];
    for (const box of parts.filter((part) => !menus.some((menu) => crosses(menu, part)))) {
      for (const text of texts) {
        const holds = control.contains(text.parentElement)
          || (text.parentElement.contains(control) && text.parentElement.tagName !== "LABEL");
        if (!holds && crosses(box, text.box)) wrong.add(`${short(control)} covers "${text.said}"`);
      }
      for (const other of controls) {
        const related = other === control || control.contains(other) || other.contains(control);
        const isOneBox = other.getClientRects().length < 2;
        if (!related && isOneBox && crosses(box, other.getBoundingClientRect())) {
          wrong.add(`${short(control)} covers ${short(other)}`);
        }
      }
    }
  }

  for (const [index, text] of texts.entries()) {
    for (const other of texts.slice(index + 1)) {
      if (crosses(text.box, other.box)) wrong.add(`"${text.said}" and "${other.said}" lie on each other`);
    }
  }

  // Sideways scrolling of the page itself.
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) {
    const wide = [...document.querySelectorAll("main *")]
      .filter((node) => node.getBoundingClientRect().right > page.clientWidth + 1 && !node.closest(SCROLLS));
    wrong.add(`scrolls sideways, ${page.scrollWidth} > ${page.clientWidth}: ${wide.slice(0, 2).map(short)}`);
  }

  // Targets of at least 24 pixels (WCAG 2.2, 2.5.8); links inside sentences are allowed to be lower.
  for (const control of controls) {
    const box = control.getBoundingClientRect();
    const isInSentence = control.closest("p, li:not([class])") && control.tagName === "A";
    if (!isInSentence && box.height < 23.5) wrong.add(`lower than 24 pixels: ${short(control)}`);
  }
  return [...wrong];
}
