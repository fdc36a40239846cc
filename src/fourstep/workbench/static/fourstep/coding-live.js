// What the server answers: the pane as it then stands, with focus and open details kept; who else is there.
(() => {
  "use strict";
  const episode = document.getElementById("episode");
  if (!episode) return;
  const LIFE = 20_000; // a sign of life every 20 seconds
  const IDLE = 5 * 60_000; // nobody is at work who has not touched anything for this long; the session may end

  // New forms work at once: a key pressed in between would send them past htmx, and the page would load anew.
  htmx.config.defaultSettleDelay = 0;
  htmx.config.attributesToSettle = ["class"]; // never style: the page's policy forbids it

  const coding = () => document.getElementById("coding");
  const version = () => (coding() ? coding().dataset.version : "");

  // The version that the person sees goes with every act, also from forms that were made before.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.path === episode.dataset.act) event.detail.parameters.version = version();
  });
  // Answers that tell of a conflict or a refusal are shown like others.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if ([404, 409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  let open = [];
  let focus = null;
  let scroll = 0;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "coding") return;
    open = [...coding().querySelectorAll("details[open]")].map((detail) => detail.id).filter((id) => !id.startsWith("remove-"));
    const item = document.activeElement.closest(".fc-code");
    focus = item ? { id: document.activeElement.id, line: item.dataset.line, place: places().indexOf(item) } : null;
    scroll = document.querySelector(".fc-scroller").scrollTop;
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "coding" && event.detail.elt.id !== "coding") return;
    for (const id of open) {
      const detail = document.getElementById(id);
      if (detail) detail.open = true;
    }
    document.querySelector(".fc-scroller").scrollTop = scroll;
    keep_focus();
    if (window.fourstepRecord) window.fourstepRecord.relight();
    const told = document.getElementById("again") || document.getElementById("refused");
    if (told) told.scrollIntoView({ block: "nearest" });
  });

  function places() {
    return [...document.querySelectorAll(".fc-code")];
  }

  // The keyboard stays where it was: on the same code, or on the one that has taken its place.
  function keep_focus() {
    if (!focus || (document.activeElement && document.activeElement !== document.body)) return;
    const same = document.getElementById(`name-${focus.line}`);
    const next = places()[Math.min(focus.place, places().length - 1)];
    const to = document.getElementById(focus.id) || same || (next && next.querySelector("summary"));
    if (to) to.focus({ preventScroll: true });
    if (to) to.scrollIntoView({ block: "nearest" });
  }

  const field = (id) => document.getElementById(id);
  function clear_pick() {
    for (const id of ["pick-line", "ask-line", "pick-document", "pick-start", "pick-end", "quote", "reason", "q", "pick-after"]) {
      if (field(id)) field(id).value = "";
    }
    if (field("pick-act")) field("pick-act").value = "add";
    if (field("changing")) field("changing").hidden = true;
    if (field("found")) field("found").replaceChildren();
  }

  function changing(line) {
    const item = document.getElementById(`c${line}`);
    if (!item || !field("pick-act")) return;
    field("pick-act").value = "change";
    field("pick-line").value = field("ask-line").value = line;
    field("changing-code").textContent = item.dataset.code;
    field("changing").hidden = false;
  }

  // A code was added or changed: the look-up is done with, and the keyboard goes to the code.
  document.body.addEventListener("coded", (event) => {
    const { act, line } = event.detail;
    if (act !== "add" && act !== "change") return;
    clear_pick();
    const name = document.getElementById(`name-${line}`);
    if (!name) return;
    name.focus({ preventScroll: true });
    name.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-change], [data-cancel], [data-looks], [data-open], [data-dismiss], .fc-pick");
    if (!to) return;
    if (to.dataset.change) {
      event.preventDefault();
      clear_pick();
      changing(to.dataset.change);
      field("q").focus();
    } else if (to.dataset.cancel) {
      clear_pick();
    } else if (to.dataset.looks !== undefined) {
      event.preventDefault();
      clear_pick();
      field("q").value = to.dataset.looks.slice(0, 200);
      window.fourstepRecord.words_are(to.dataset.looks, to.dataset.document, to.dataset.start, to.dataset.end);
      htmx.trigger("#q", "ask");
      field("q").focus();
    } else if (to.dataset.open) {
      document.getElementById(to.dataset.open).showModal();
    } else if (to.dataset.dismiss) {
      document.getElementById(to.dataset.dismiss).remove();
    } else if (to.closest("[data-changes]") && to.name === "pick") {
      changing(to.closest("[data-changes]").dataset.changes); // chosen from around a code: that code becomes it
    }
  }, true);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "at-hand-body") document.getElementById("at-hand").showModal();
  });
  // What is added stands behind the code that was at hand last.
  episode.addEventListener("focusin", (event) => {
    const item = event.target.closest(".fc-code");
    if (item && field("pick-after")) field("pick-after").value = item.dataset.line;
  });

  // Who else is there; a coding that someone else changed is shown as it is.
  let touched = Date.now();
  for (const kind of ["keydown", "pointerdown", "scroll"]) document.addEventListener(kind, () => { touched = Date.now(); }, { capture: true, passive: true });
  async function life() {
    if (document.hidden || Date.now() - touched > IDLE) return;
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"];
    const answer = await fetch(episode.dataset.presence, { method: "POST", headers: { "x-csrftoken": token } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) {
      document.getElementById("presence").textContent = "The connection or your session has ended. What you did is saved; sign in again to go on.";
      return;
    }
    const { others, version: now } = await answer.json();
    document.getElementById("presence").textContent = others.length ? `${others.join(", ")} ${others.length > 1 ? "have" : "has"} this episode open too.` : "";
    const typing = document.activeElement.closest("input, textarea, select");
    if (String(now) !== version() && !typing) htmx.ajax("GET", episode.dataset.codes, { target: "#coding", swap: "outerHTML" });
  }
  window.setInterval(life, LIFE);
  window.fourstepLive = { life, clear_pick, act: (values) => htmx.ajax("POST", episode.dataset.act, { source: "#coding", target: "#coding", swap: "outerHTML", values: { version: version(), ...values } }) };
})();
