// Shows an element in every diagram of the page: a link or button with data-show="ID" names it, and so does a click
// on it in one of the diagrams.
const viewers = new Map();
const CLOSE = 0.75; // how large a chosen element is at least
let chosen = null;

function show(id) {
  let found = null;
  for (const [host, viewer] of viewers) {
    const canvas = viewer.get("canvas");
    const registry = viewer.get("elementRegistry");
    if (chosen && registry.get(chosen)) canvas.removeMarker(chosen, "qf-chosen");
    const element = registry.get(id);
    if (!element) continue;
    found ??= host;
    canvas.addMarker(id, "qf-chosen");
    centre(canvas, element);
  }
  chosen = id;
  return found;
}

function centre(canvas, element) {
  const { outer } = canvas.viewbox();
  const scale = Math.max(canvas.zoom(), CLOSE);
  const middle = middleOf(element);
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
}

// Of a line the middle of its longest part, of a shape its middle.
export function middleOf(element) {
  const points = element.waypoints;
  if (!points) return { x: element.x + element.width / 2, y: element.y + element.height / 2 };
  let best = { length: -1, x: 0, y: 0 };
  for (let at = 1; at < points.length; at += 1) {
    const [from, to] = [points[at - 1], points[at]];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length > best.length) best = { length, x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  }
  return best;
}

// Lets the elements of a diagram be shown; only where the page compares two.
export function listen(host, viewer) {
  if (!host.dataset.marks) return;
  viewers.set(host, viewer);
  viewer.on("element.click", ({ element }) => show(element.id));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-show]");
  const host = link && show(link.dataset.show);
  if (!host) return;
  event.preventDefault();
  host.closest(".card").scrollIntoView({ block: "nearest" });
});
