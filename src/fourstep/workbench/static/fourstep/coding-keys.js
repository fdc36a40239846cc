// Everything by keyboard, and reordering by drag.
(() => {
  "use strict";
  const episode = document.getElementById("episode");
  if (!episode) return;
  const live = window.fourstepLive;
  const names = () => [...document.querySelectorAll(".fc-code__more > summary")];
  const at_hand = () => document.activeElement.closest(".fc-code");
  const byId = (id) => document.getElementById(id);

  // Single letters can be switched off (for speech input), and stay so on this machine.
  const on = byId("keys-on");
  on.checked = localStorage.getItem("fourstep-keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("fourstep-keys", on.checked ? "on" : "off"));

  function step(by) {
    const all = names();
    const item = at_hand();
    const now = item ? all.indexOf(item.querySelector("summary")) : -1;
    const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, now + by))];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.closest(".fc-code").scrollIntoView({ block: "nearest" });
  }

  function press(id) {
    const button = byId(id);
    if (button && !button.disabled) button.click();
  }

  function go(id) {
    const to = byId(id);
    if (!to) return;
    const part = to.closest("details");
    if (part) part.open = true;
    to.focus();
  }

  const on_code = {
    a: (line) => press(`accept-${line}`),
    c: (line) => document.querySelector(`[data-change="${line}"]`)?.click(),
    x: (line) => {
      const detail = byId(`remove-${line}`);
      if (!detail) return;
      detail.open = true;
      byId(`why-${line}`).focus();
    },
    p: (line) => press(`first-${line}`),
    ArrowRight: (line) => window.fourstepRecord.light(`c${line}`, true),
  };
  const anywhere = {
    "/": () => { byId("q")?.focus(); byId("q")?.select(); },
    "?": () => byId("keys").showModal(),
    A: () => press("accept-all"),
    u: () => press("undo"),
    U: () => press("redo"),
    g: () => (names()[0] || byId("coding")).focus(),
    r: () => window.fourstepReading.begin(),
    n: () => go("note"),
    s: () => (byId("seen") || byId("submit") || byId("comment"))?.focus(),
  };

  function found(event) {
    const picks = [...document.querySelectorAll("#found .fc-pick")];
    const now = picks.indexOf(document.activeElement);
    if (document.activeElement.id !== "q" && now < 0) return false;
    if (event.key === "ArrowDown" && picks.length) picks[Math.min(picks.length - 1, now + 1)].focus();
    else if (event.key === "ArrowUp" && now > 0) picks[now - 1].focus();
    else if (event.key === "ArrowUp" && now === 0) byId("q").focus();
    else if (event.key === "ArrowRight" && now >= 0) (document.activeElement.parentElement.querySelector(".fc-pick__around") || document.activeElement).click();
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const dialog = document.querySelector("dialog[open]");
    if (dialog) {
      if (event.key !== "Escape") return;
      // The browser's own closing leaves the focus in the closed dialog for a frame, where the next key would be lost.
      event.preventDefault();
      dialog.close();
      if (dialog.contains(document.activeElement)) document.activeElement.blur();
      return;
    }
    const item = at_hand();
    if (event.altKey) {
      if (item && item.dataset.line && (event.key === "ArrowUp" || event.key === "ArrowDown") && byId(`remove-${item.dataset.line}`)) {
        event.preventDefault();
        live.act({ act: "move", line: item.dataset.line, by: event.key === "ArrowUp" ? "-1" : "1" });
      }
      return;
    }
    if (event.key === "Escape") {
      leave();
      return;
    }
    if (found(event)) {
      event.preventDefault();
      return;
    }
    const tag = document.activeElement.tagName;
    if (["INPUT", "TEXTAREA", "SELECT"].includes(tag)) {
      // Enter in the look-up goes to what was found, and never sends a half-made form
      if (event.key === "Enter" && ["q", "quote", "reason"].includes(document.activeElement.id)) {
        event.preventDefault();
        document.querySelector("#found .fc-pick")?.focus();
      }
      return;
    }
    const reading = document.activeElement.closest(".fc-document, .fc-tab");
    if (!reading && (event.key === "ArrowDown" || event.key === "ArrowUp") && !event.shiftKey) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    const act = (item && on_code[event.key]) || anywhere[event.key];
    if (event.key.length === 1 && !on.checked) return;
    if (act) {
      event.preventDefault();
      act(item ? item.dataset.line : "");
    } else if (/^[1-9]$/.test(event.key)) {
      window.fourstepRecord.show(Number(event.key) - 1);
    }
  });

  function leave() {
    const item = at_hand();
    const remove = document.activeElement.closest(".fc-remove");
    if (remove) remove.open = false;
    if (item) item.querySelector("summary").focus();
    else if (document.activeElement.closest("#look-up")) {
      live.clear_pick();
      names()[0]?.focus();
    }
  }

  // Reorder by drag, within a book.
  let dragged = null;
  episode.addEventListener("pointerover", (event) => {
    const item = event.target.closest(".fc-code");
    if (item && byId(`remove-${item.dataset.line}`)) item.draggable = !event.target.closest("input, a, button, .fc-detail");
  });
  episode.addEventListener("dragstart", (event) => {
    dragged = event.target.closest ? event.target.closest(".fc-code") : null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.code);
    dragged.classList.add("fc-code--dragged");
  });
  episode.addEventListener("dragover", (event) => {
    const over = event.target.closest(".fc-code");
    if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    for (const item of document.querySelectorAll(".fc-code--over")) item.classList.remove("fc-code--over");
    over.classList.add("fc-code--over");
  });
  episode.addEventListener("drop", (event) => {
    const over = event.target.closest(".fc-code");
    if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    const to = [...over.parentElement.querySelectorAll(".fc-code")].indexOf(over);
    live.act({ act: "move", line: dragged.dataset.line, to: String(to) });
  });
  episode.addEventListener("dragend", () => {
    for (const item of document.querySelectorAll(".fc-code--dragged, .fc-code--over")) item.classList.remove("fc-code--dragged", "fc-code--over");
    dragged = null;
  });
})();
