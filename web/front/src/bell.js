// A page that stands open and can be seen asks now and then whether more waits; the answer is empty when nothing does.
const EVERY = 15_000; // ms

export function bell(htmx) {
  const look = () => {
    const watch = document.getElementById("live");
    if (watch && !document.hidden) htmx.trigger(watch, "qf:look");
  };
  const timer = setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.elt.id === "live" && event.detail.xhr.status === 401) clearInterval(timer);
  });
}
