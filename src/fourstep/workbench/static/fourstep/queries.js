// Someone of the address book is chosen: their e-mail and what they are come with the name, unless they were written by hand.
(() => {
  "use strict";
  const name = document.getElementById("id_addressee");
  const email = document.getElementById("id_email");
  const kind = document.getElementById("id_addressee_kind");
  if (!name || !email || !kind) return;
  let filled = "";
  name.addEventListener("input", () => {
    const known = [...document.querySelectorAll("#contacts option")].find((one) => one.value === name.value);
    if (email.value === filled) email.value = filled = known ? known.dataset.email : "";
    if (known) kind.value = known.dataset.kind;
  });
})();
