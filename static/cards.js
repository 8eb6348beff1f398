// Shows what a link to the glossary or to a reference leads to, in a card beside the link: under the pointer, with the keyboard's focus,
// at a tap. Escape closes it. Without this script the links lead to the lists at the end.
(() => {
  "use strict";
  if (!HTMLElement.prototype.showPopover) return;
  const card = Object.assign(document.createElement("div"), { id: "card", className: "card", popover: "auto" });
  card.setAttribute("role", "note");
  document.body.append(card);
  let link, timer, isTouch;

  /** The link of an event and the entry that it leads to. */
  const find = ({ target }) => {
    const a = target.closest?.("main a[href^='#']");
    return [a, a && document.getElementById(a.hash.slice(1))?.closest("#references li, dt")];
  };
  const place = () => {
    const line = link.getClientRects()[0];
    const top = line.bottom + 6 + card.offsetHeight > innerHeight ? line.top - 6 - card.offsetHeight : line.bottom + 6;
    card.style.left = `${Math.max(8, Math.min(line.left, innerWidth - card.offsetWidth - 8))}px`;
    card.style.top = `${top}px`;
  };
  const show = (a, entry) => {
    if (!a.isConnected) return;
    clearTimeout(timer);
    card.textContent = "";
    for (const part of entry.matches("dt") ? [entry, entry.nextElementSibling] : [entry]) {
      const p = document.createElement("p");
      p.append(...part.cloneNode(true).childNodes);
      card.append(p);
    }
    for (const copy of card.querySelectorAll("[id]")) copy.removeAttribute("id");
    link?.removeAttribute("aria-describedby");
    link = a;
    link.setAttribute("aria-describedby", card.id);
    if (!card.matches(":popover-open")) card.showPopover();
    place();
  };
  const later = (act, milliseconds) => { clearTimeout(timer); timer = setTimeout(act, milliseconds); };
  const hide = () => card.hidePopover();

  addEventListener("pointerdown", (event) => { isTouch = event.pointerType === "touch"; }, true);
  addEventListener("pointerover", (event) => {
    const [a, entry] = find(event);
    if (event.pointerType === "touch") return;
    if (entry) later(() => show(a, entry), 150);
    else if (card.contains(event.target)) clearTimeout(timer);
    else if (card.matches(":popover-open") && !link.matches(":focus-visible")) later(hide, 200);
    else clearTimeout(timer);
  });
  addEventListener("focusin", (event) => {
    const [a, entry] = find(event);
    if (entry && a.matches(":focus-visible")) show(a, entry);
    else if (!card.contains(event.target)) hide();
  });
  addEventListener("click", (event) => {
    const [a, entry] = find(event);
    if (!entry || !isTouch) return;
    event.preventDefault();
    show(a, entry);
  });
  card.addEventListener("toggle", ({ newState }) => { if (newState === "closed") link?.removeAttribute("aria-describedby"); });
  addEventListener("scroll", () => { if (card.matches(":popover-open")) place(); }, { passive: true, capture: true });
})();
