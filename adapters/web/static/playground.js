// Smoother only: the page works the same without it. Forms and example links are answered in place.
"use strict";

async function show(request, address) {
  const answer = document.getElementById("answer");
  answer.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(request);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("answer");
    if (!fresh) throw new Error("no answer");
    answer.replaceWith(fresh);
    document.getElementById("text").value = page.getElementById("text").value;
    for (const choice of page.querySelectorAll("#ask input[type=radio][name=platform]")) {
      const own = document.querySelector(`#ask input[name=platform][value="${choice.value}"]`);
      own.checked = choice.hasAttribute("checked");
    }
    const shown = new URL(response.url);
    if (shown.search !== location.search) history.pushState(null, "", shown.pathname + shown.search);
    fresh.focus({ preventScroll: true });
    const top = fresh.getBoundingClientRect().top;
    if (top < 0 || top > innerHeight * 0.7) fresh.scrollIntoView({ block: "start" });
  } catch {
    location.assign(address);
  }
}

function theme() {
  const chosen = document.querySelector("#ask input[name=theme]:checked");
  return chosen ? chosen.value : "";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  fields.set("theme", theme());
  const address = "/?" + fields.toString();
  show(new Request("/", { method: "POST", body: fields, credentials: "same-origin" }), address);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".index a");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const address = new URL(link.href);
  address.hash = "";
  address.searchParams.set("theme", theme());
  show(new Request(address, { credentials: "same-origin" }), link.href);
});

addEventListener("popstate", () => location.reload());
