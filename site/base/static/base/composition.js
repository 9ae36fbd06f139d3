// Asks the server for the amounts of what is being typed; without it, « Recalculer » does the same.
(function () {
  "use strict";

  const PAUSE = 400; // milliseconds without a key

  function follow(form, target) {
    let waiting;
    let asking;

    async function ask() {
      asking?.abort();
      asking = new AbortController();
      try {
        const answer = await fetch(form.dataset.totals, {
          method: "POST",
          body: new FormData(form),
          credentials: "same-origin",
          signal: asking.signal,
        });
        if (answer.ok) {
          target.innerHTML = await answer.text();
        }
      } catch (error) {
        if (error.name !== "AbortError") {
          target.dataset.stale = "true"; // the button still works
        }
      }
    }

    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    });
    ask();
  }

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-totals]");
    const target = document.getElementById("totals");
    if (form && target) {
      follow(form, target);
    }
  });
})();
