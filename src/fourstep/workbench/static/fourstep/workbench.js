// Marks that scripts run, for styles that need them; the pages work without.
document.documentElement.classList.replace("no-js", "js-enabled");
