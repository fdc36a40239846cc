// Words of the record selected by keyboard alone: sentence by sentence, word by word, then looked up.
(() => {
  "use strict";
  const episode = document.getElementById("episode");
  const status = document.getElementById("reading");
  if (!episode || !status) return;
  const HOW = "Down and up arrow: sentences. Right and left arrow: words, with Shift more or fewer. Enter: look up. Escape: leave.";
  let at = null; // the document, where the selection begins and ends in its text, and where the keyboard came from

  const text_of = (paper) => paper.querySelector(".fc-text");
  // A sentence ends at a line's end or at a full stop before a space, so that 2.5 mg stays whole.
  const sentences = (text) => spans(text, /[^\s.?!][^\n.?!]*(?:[.?!](?!\s)[^\n.?!]*)*[.?!]?/g);
  const words = (text) => spans(text, /[^\s,;:()]+/g);

  function spans(text, pattern) {
    return [...text.matchAll(pattern)].map((found) => ({ start: found.index, end: found.index + found[0].trimEnd().length }));
  }

  function begin() {
    const paper = [...document.querySelectorAll(".fc-document")].find((one) => !one.hidden);
    if (!paper) return;
    const first = sentences(text_of(paper).textContent)[0];
    if (!first) return;
    at = { paper, ...first, from: document.activeElement };
    paper.focus({ preventScroll: true });
    mark(HOW);
  }

  function leave() {
    const from = at.from;
    at = null;
    window.getSelection().removeAllRanges();
    status.textContent = "Selecting ended.";
    if (from && from.isConnected) from.focus();
  }

  function point(text, offset) {
    const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let before = 0;
    while (walk.nextNode()) {
      const length = walk.currentNode.data.length;
      if (offset <= before + length) return [walk.currentNode, offset - before];
      before += length;
    }
    return [text, text.childNodes.length];
  }

  function mark(more = "") {
    const text = text_of(at.paper);
    window.getSelection().setBaseAndExtent(...point(text, at.start), ...point(text, at.end));
    const place = window.getSelection().getRangeAt(0).getBoundingClientRect();
    const scrolls = at.paper.scrollHeight > at.paper.clientHeight;
    const frame = scrolls ? at.paper.getBoundingClientRect() : { top: 0, bottom: window.innerHeight };
    if (place.top < frame.top + 40 || place.bottom > frame.bottom - 90) (scrolls ? at.paper : window).scrollBy(0, place.top - frame.top - 120);
    status.textContent = `${text.textContent.slice(at.start, at.end)}. ${more}`;
  }

  function step(all, by) {
    const now = by > 0 ? all.find((one) => one.start > at.start) : all.findLast((one) => one.start < at.start);
    if (now) Object.assign(at, now);
  }

  function word(by) {
    const all = words(text_of(at.paper).textContent);
    const one = all.find((span) => span.start === at.start && span.end === at.end);
    // from a sentence the first step is to its first word
    if (one || by < 0) step(all, by);
    else Object.assign(at, all.find((span) => span.start >= at.start) || {});
  }

  function stretch(by) {
    const all = words(text_of(at.paper).textContent);
    const inside = all.filter((one) => one.start >= at.start && one.end <= at.end);
    const next = by > 0 ? all.find((one) => one.start >= at.end) : inside[inside.length - 2];
    if (next) at.end = next.end;
  }

  const keys = {
    ArrowDown: () => step(sentences(text_of(at.paper).textContent), 1),
    ArrowUp: () => step(sentences(text_of(at.paper).textContent), -1),
    ArrowRight: (more) => (more ? stretch(1) : word(1)),
    ArrowLeft: (more) => (more ? stretch(-1) : word(-1)),
  };

  episode.addEventListener("keydown", (event) => {
    if (!at || event.target !== at.paper || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") leave();
    else if (event.key === "Enter") {
      at = null;
      window.fourstepRecord.select();
      document.getElementById("q")?.focus();
    } else if (keys[event.key]) {
      keys[event.key](event.shiftKey);
      mark();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  episode.addEventListener("click", (event) => {
    if (event.target.closest("[data-reads]")) begin();
  });
  // Another document or another place on the page: what was begun is over.
  episode.addEventListener("focusout", (event) => {
    if (at && event.target === at.paper) at = null;
  });

  window.fourstepReading = { begin, on: () => at !== null };
})();
