// The toolbar: each button names what it does in data-do; arrows walk along it, as toolbars do.

const TOGGLES = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strike: "strike",
  quote: "blockquote",
  bullets: "bulletList",
  numbers: "orderedList",
};

const DOES = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  underline: (chain) => chain.toggleUnderline(),
  strike: (chain) => chain.toggleStrike(),
  quote: (chain) => chain.toggleBlockquote(),
  bullets: (chain) => chain.toggleBulletList(),
  numbers: (chain) => chain.toggleOrderedList(),
  rule: (chain) => chain.setHorizontalRule(),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
  left: (chain) => chain.setTextAlign("left"),
  center: (chain) => chain.setTextAlign("center"),
  right: (chain) => chain.setTextAlign("right"),
  clear: (chain) => chain.unsetAllMarks().clearNodes().unsetTextAlign(),
  unlink: (chain) => chain.extendMarkRange("link").unsetLink(),
};

export function wire(bar, editor) {
  bar.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
  bar.addEventListener("click", (event) => press(event.target.closest("[data-do]"), bar, editor));
  bar.addEventListener("keydown", (event) => walk(event, bar));
  bar.querySelector("[data-heading]").addEventListener("change", (event) => heading(event.target.value, editor));
  bar.querySelector("[data-address]").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    press(bar.querySelector("[data-do=link]"), bar, editor);
  });
  editor.on("transaction", () => show(bar, editor));
  stops(bar).forEach((stop, index) => (stop.tabIndex = index ? -1 : 0));
  show(bar, editor);
}

function press(button, bar, editor) {
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  const what = button.dataset.do;
  if (what === "colour" || what === "ground") colour(editor, what === "colour" ? "color" : "backgroundColor", button.value);
  else if (what === "link") link(bar.querySelector("[data-address]"), editor);
  else if (what === "plain") button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  else if (what === "picture") bar.querySelector("input[type=file]").click();
  else DOES[what]?.(editor.chain().focus()).run();
  if (what !== "picture") button.closest("details")?.removeAttribute("open");
}

function heading(level, editor) {
  const chain = editor.chain().focus();
  (level ? chain.setHeading({ level: Number(level) }) : chain.setParagraph()).run();
}

function colour(editor, name, value) {
  const look = { ...editor.getAttributes("look"), [name]: value || null };
  const chain = editor.chain().focus();
  (Object.values(look).some(Boolean) ? chain.setMark("look", look) : chain.unsetMark("look")).run();
}

function link(field, editor) {
  const address = field.value.trim();
  if (!/^https?:\/\/\S+$/.test(address)) {
    field.setAttribute("aria-invalid", "true");
    field.classList.add("is-invalid");
    field.focus();
    return;
  }
  field.classList.remove("is-invalid");
  field.removeAttribute("aria-invalid");
  field.closest("details").removeAttribute("open");
  const chain = editor.chain().focus().extendMarkRange("link");
  if (editor.state.selection.empty && !editor.isActive("link")) {
    chain.insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href: address } }] }).run();
  } else {
    chain.setLink({ href: address }).run();
  }
  field.value = "";
}

function show(bar, editor) {
  for (const button of bar.querySelectorAll("button[data-do]")) {
    const what = button.dataset.do;
    if (what in TOGGLES) button.setAttribute("aria-pressed", String(editor.isActive(TOGGLES[what])));
    if (["left", "center", "right"].includes(what)) {
      button.setAttribute("aria-pressed", String(editor.isActive({ textAlign: what })));
    }
    if (what === "undo" || what === "redo") button.setAttribute("aria-disabled", String(!editor.can()[what]()));
  }
  const level = [1, 2, 3, 4].find((each) => editor.isActive("heading", { level: each }));
  bar.querySelector("[data-heading]").value = level ? String(level) : "";
}

function stops(bar) {
  return [...bar.querySelectorAll("select, button, summary")].filter((stop) => !stop.closest(".qf-tool-pop"));
}

function walk(event, bar) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape") event.target.closest("details[open]")?.removeAttribute("open");
  if (!step || event.target.matches("input")) return;
  const all = stops(bar);
  const here = all.indexOf(event.target);
  if (here < 0) return;
  event.preventDefault();
  const next = all[(here + step + all.length) % all.length];
  all.forEach((stop) => (stop.tabIndex = -1));
  next.tabIndex = 0;
  next.focus();
}
