// The editor for articles is large: it is fetched only where a page has a text that may be one.

export function loadEditors() {
  document.addEventListener("DOMContentLoaded", () => load(document));
  document.addEventListener("htmx:load", (event) => load(event.target));
}

const scripts = new Map();

function load(root) {
  for (const area of root.querySelectorAll?.("textarea[data-editor]") ?? []) {
    if (area.dataset.attached) continue;
    area.dataset.attached = "yes";
    script(area.dataset.editor).then(() => window.qianfaEditor.attach(area));
  }
}

function script(src) {
  if (!scripts.has(src)) {
    scripts.set(
      src,
      new Promise((loaded, failed) => {
        const tag = document.createElement("script");
        Object.assign(tag, { src, onload: loaded, onerror: failed });
        document.head.append(tag);
      }),
    );
  }
  return scripts.get(src);
}
