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

  // Who is quick acts again before the last answer has come: the later answer goes to the pane that the earlier one brought,
  // and an answer that others have overtaken is not shown.
  const under_way = new Set();
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target.id === "coding") under_way.add(event.detail);
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const request of under_way) {
      if (request.xhr.readyState === XMLHttpRequest.DONE) under_way.delete(request);
      else request.target = coding();
    }
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "coding") return;
    const now = /data-version="(\d+)"/.exec(event.detail.serverResponse);
    if (now && Number(now[1]) < Number(version())) event.detail.shouldSwap = false;
  });

  let open = [];
  let focus = null;
  let typed = null;
  let scroll = 0;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "coding" || !event.detail.shouldSwap) return;
    const active = document.activeElement;
    // What is being written in another form stays, and so does the form.
    typed = active.matches("#coding input:not([type=hidden])") && !event.detail.requestConfig.elt.contains(active) ? { id: active.id, value: active.value } : null;
    const writing = typed ? active.closest("details.fc-remove") : null;
    open = [...coding().querySelectorAll("details[open]")].filter((detail) => detail === writing || !detail.id.startsWith("remove-")).map((detail) => detail.id);
    const item = active.closest(".fc-code");
    if (item) focus = { id: active.id, line: item.dataset.line, place: places().indexOf(item) };
    else focus = active.closest("#coding, #bar") && active.id ? { id: active.id, place: -1 } : null;
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
    if (!to) return;
    if (typed && typed.id === to.id) to.value = typed.value;
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }

  // What is found comes anew while someone goes through it: they stay on the same entry, or at the words they look up.
  let entry = null;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    if (event.detail.target.id === "found") entry = event.detail.target.contains(active) ? { value: active.value } : null;
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "found" || !entry) return;
    const same = [...document.querySelectorAll("#found .fc-pick")].find((pick) => pick.value && pick.value === entry.value);
    (same || document.querySelector("#found .fc-pick") || field("q")).focus();
    entry = null;
  });

  const field = (id) => document.getElementById(id);
  function clear_pick() {
    if (field("q")) htmx.trigger("#q", "htmx:abort"); // what was still looked for is wanted no more
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
    const acting = document.querySelector("#coding .htmx-request, #bar .htmx-request, #look-up .htmx-request, #coding.htmx-request");
    if (String(now) !== version() && !typing && !acting) htmx.ajax("GET", episode.dataset.codes, { target: "#coding", swap: "outerHTML" });
  }
  window.setInterval(life, LIFE);
  window.fourstepLive = { life, clear_pick, act: (values) => htmx.ajax("POST", episode.dataset.act, { source: "#coding", target: "#coding", swap: "outerHTML", values: { version: version(), ...values } }) };
})();
