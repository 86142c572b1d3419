// The worker that reads PDFs, started by pdf.js as a module.
import "./old-browsers.js";
import "pdfjs-dist/legacy/build/pdf.worker.min.mjs";
