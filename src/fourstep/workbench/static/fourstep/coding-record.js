// The record: documents in tabs, the words behind the code at hand, and words selected to be looked up.
(() => {
  "use strict";
  const episode = document.getElementById("episode");
  if (!episode) return;
  const tabs = [...document.querySelectorAll(".fc-tab")];
  const later = [...document.querySelectorAll(".fc-document")];

  function show(number) {
    for (const tab of tabs) {
      const own = tab.id === `tab-${number}`;
      tab.setAttribute("aria-selected", String(own));
      tab.tabIndex = own ? 0 : -1;
    }
    for (const paper of later) paper.hidden = paper.dataset.document !== String(number);
  }

  function shown() {
    return later.find((paper) => !paper.hidden);
  }

  if (later.length) show(later[0].dataset.document);
  for (const tab of tabs) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      show(tab.id.slice("tab-".length));
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      show(next.id.slice("tab-".length));
      next.focus();
    });
  }

  function marks(key) {
    return [...document.querySelectorAll(".fc-mark")].filter((mark) => mark.dataset.keys.split(" ").includes(key));
  }

  // The words of a code, shown as the code is under the pointer or the keyboard; a document opens for the keyboard only.
  let lit = "";
  function light(key, go) {
    if (key !== lit) {
      for (const mark of document.querySelectorAll(".fc-mark--lit")) mark.classList.remove("fc-mark--lit");
      for (const mark of marks(key)) mark.classList.add("fc-mark--lit");
      lit = key;
    }
    const paper = shown();
    const found = marks(key);
    let first = found.find((mark) => paper && paper.contains(mark));
    if (!first && go && found.length) {
      first = found[0];
      show(first.closest(".fc-document").dataset.document);
    }
    if (first) into_view(first);
  }

  function into_view(mark) {
    const pane = mark.closest(".fc-document");
    const place = mark.getBoundingClientRect();
    const frame = pane.getBoundingClientRect();
    if (pane.scrollHeight <= pane.clientHeight) return; // one column: the page itself scrolls, and stays
    if (place.top < frame.top + 40 || place.bottom > frame.bottom - 40) {
      pane.scrollTop += place.top - frame.top - pane.clientHeight / 3;
    }
  }

  function key_of(target) {
    const item = target.closest ? target.closest("[data-key]") : null;
    return item ? item.dataset.key : "";
  }
  episode.addEventListener("mouseover", (event) => key_of(event.target) && light(key_of(event.target), false));
  episode.addEventListener("focusin", (event) => key_of(event.target) && light(key_of(event.target), true));

  // A link to words: their document opens and they are shown.
  episode.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goes]");
    if (link) {
      event.preventDefault();
      if (link.dataset.in) show(link.dataset.in);
      light(link.dataset.goes, true);
      const own = marks(link.dataset.goes).find((mark) => !link.dataset.in || mark.closest(`#doc-${link.dataset.in}`));
      if (own && own.closest(".fc-document").scrollHeight <= own.closest(".fc-document").clientHeight) own.scrollIntoView({ block: "center" });
      return;
    }
    // A marked word: the code that it is behind.
    const mark = event.target.closest(".fc-mark");
    if (mark && !String(window.getSelection())) {
      const item = document.querySelector(`[data-key="${mark.dataset.keys.split(" ")[0]}"]`);
      if (!item) return;
      const part = item.closest("details.fc-part");
      if (part) part.open = true;
      light(item.dataset.key, false);
      item.scrollIntoView({ block: "nearest" });
    }
  });

  // Offsets count characters as the server counts them: whole code points.
  function offset(text, node, at) {
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(node, at);
    return [...before.toString()].length;
  }

  function set(id, value) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }

  function select() {
    const chosen = window.getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed || !document.getElementById("pick")) return;
    const range = chosen.getRangeAt(0);
    const inside = range.commonAncestorContainer;
    const text = (inside.nodeType === Node.TEXT_NODE ? inside.parentElement : inside).closest(".fc-text");
    const words = range.toString().trim();
    if (!text || !words) return;
    words_are(words, text.id.slice("text-".length), offset(text, range.startContainer, range.startOffset), offset(text, range.endContainer, range.endOffset));
    set("q", words.replace(/\s+/g, " ").slice(0, 200));
    htmx.trigger("#q", "ask");
  }

  function words_are(words, number, start, end) {
    set("quote", words.replace(/\s+/g, " ").slice(0, 400));
    set("pick-document", number);
    set("pick-start", start);
    set("pick-end", end);
  }

  for (const paper of later) paper.addEventListener("mouseup", () => window.setTimeout(select, 0));
  document.addEventListener("keyup", (event) => {
    if (event.shiftKey && event.key.startsWith("Arrow") && !window.fourstepReading?.on() && document.activeElement.closest(".fc-document")) select();
  });
  // Words typed over the selected ones are looked for in the record instead.
  document.addEventListener("input", (event) => {
    if (event.target.id === "quote") words_are(event.target.value, "", "", "");
  });

  window.fourstepRecord = {
    show: (place) => tabs[place] && show(tabs[place].id.slice("tab-".length)),
    light,
    select,
    words_are,
    relight: () => {
      const key = lit;
      lit = "";
      if (key) light(key, false);
    },
  };
})();
