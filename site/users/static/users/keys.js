// Shows the security key where the browser can use one, and says so when it fails.
(function () {
  "use strict";

  const isNumericHost = /^[\d.]+$|^\[/.test(location.hostname);
  const isUsable = window.isSecureContext && "PublicKeyCredential" in window && !isNumericHost;

  function show(selector, visible) {
    document.querySelectorAll(selector).forEach((element) => {
      element.hidden = !visible;
    });
  }

  function report() {
    const button = document.getElementById("key-button");
    let notice = document.getElementById("key-error");
    if (!notice) {
      notice = document.createElement("p");
      notice.id = "key-error";
      notice.className = "notice notice-error";
      notice.setAttribute("role", "alert");
      button.before(notice);
    }
    notice.textContent = "La clé n’a pas répondu ou la demande a été annulée. Réessayez.";
  }

  document.addEventListener("DOMContentLoaded", () => {
    show("[data-key-section]", isUsable);
    show("[data-key-unavailable]", !isUsable);
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    report();
  });
})();
