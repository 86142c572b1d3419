// Draws a PDF page by page as one scrolls to it, and lets go of the pages one has left far behind.
import "./old-browsers.js";
import * as pdfjs from "pdfjs-dist/legacy/build/pdf.min.mjs";

const SHARPEST = 2; // device pixels to a CSS pixel: a phone's three would be memory for nothing
const NEAR = "1500px";
const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3];

// `place` names the file, the worker and where the parts of pdf.js lie.
export async function show(place) {
  const { pdf: url, worker, parts } = place.dataset;
  pdfjs.GlobalWorkerOptions.workerSrc = worker;
  const loading = pdfjs.getDocument({
    url,
    cMapUrl: `${parts}/cmaps/`,
    standardFontDataUrl: `${parts}/standard_fonts/`,
    wasmUrl: `${parts}/wasm/`,
    useWasm: false, // our policy lets nothing compile
    isEvalSupported: false,
    enableXfa: false,
  });
  const file = await loading.promise;
  const sheets = place.querySelector(".qf-pdf-pages");
  const first = (await file.getPage(1)).getViewport({ scale: 1 });
  const pages = Array.from({ length: file.numPages }, (_, index) => frame(sheets, index + 1, first, place.dataset.page));
  const view = { file, pages, zoom: ZOOMS.indexOf(1), watch: null };
  view.watch = new IntersectionObserver((seen) => seen.forEach((one) => draw(view, one.target, one.isIntersecting)), {
    root: place.querySelector(".qf-pdf-scroll"),
    rootMargin: NEAR,
  });
  pages.forEach((page) => view.watch.observe(page));
  count(place, view);
  place.querySelectorAll("[data-zoom]").forEach((button) => {
    button.addEventListener("click", () => zoom(place, view, Number(button.dataset.zoom)));
  });
  place.dataset.drawn = "yes";
  return () => {
    view.watch.disconnect();
    loading.destroy();
  };
}

function frame(sheets, number, size, words) {
  const page = document.createElement("div");
  page.className = "qf-pdf-page";
  page.dataset.number = number;
  page.setAttribute("role", "img");
  page.setAttribute("aria-label", words.replace("{n}", number));
  page.style.aspectRatio = `${size.width} / ${size.height}`;
  sheets.append(page);
  return page;
}

async function draw(view, place, near) {
  place.dataset.near = near ? "yes" : "";
  if (!near) return place.replaceChildren();
  if (place.firstChild) return;
  const canvas = document.createElement("canvas");
  place.replaceChildren(canvas);
  const page = await view.file.getPage(Number(place.dataset.number));
  const natural = page.getViewport({ scale: 1 });
  place.style.aspectRatio = `${natural.width} / ${natural.height}`;
  const sharp = Math.min(window.devicePixelRatio || 1, SHARPEST);
  const viewport = page.getViewport({ scale: (place.clientWidth / natural.width) * sharp });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, canvasContext: canvas.getContext("2d"), viewport }).promise;
  place.dataset.painted = "yes";
}

function zoom(place, view, step) {
  view.zoom = Math.max(0, Math.min(ZOOMS.length - 1, view.zoom + step));
  place.querySelector(".qf-pdf-pages").style.width = `${ZOOMS[view.zoom] * 100}%`;
  for (const page of view.pages) {
    page.replaceChildren();
    if (page.dataset.near) draw(view, page, true);
  }
}

// Says which page one is at: the one that covers the middle of what is seen.
function count(place, view) {
  const scroll = place.querySelector(".qf-pdf-scroll");
  const said = place.querySelector(".qf-pdf-count");
  const tell = () => {
    const middle = scroll.getBoundingClientRect().top + scroll.clientHeight / 2;
    const at = view.pages.findIndex((page) => page.getBoundingClientRect().bottom > middle);
    said.textContent = `${(at < 0 ? view.pages.length - 1 : at) + 1} / ${view.pages.length}`;
  };
  scroll.addEventListener("scroll", tell, { passive: true });
  tell();
}
