// The editor for articles. The text area under it stays what the form sends; without a script one writes into that.
import { Editor, createNodeFromContent } from "@tiptap/core";
import { Slice } from "@tiptap/pm/model";
import { cleaned } from "./editor/paste.js";
import { picturesIn, upload } from "./editor/pictures.js";
import { extensions } from "./editor/schema.js";
import { wire } from "./editor/toolbar.js";
import { read, write } from "./editor/value.js";

window.qianfaEditor = { attach };

function taken(event, done) {
  if (done) event.preventDefault();
  return done;
}

function attach(area) {
  const box = document.getElementById(`${area.id}-editor`);
  const bar = box.querySelector("[role=toolbar]");
  const status = box.querySelector("[role=status]");
  const words = status.dataset;
  let writing = false; // the text area changes because of us
  const editor = new Editor({
    element: box.querySelector(".qf-surface"),
    extensions,
    content: read(area.value),
    injectCSS: false,
    editorProps: {
      attributes: {
        class: "qf-body",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": area.dataset.label,
        "aria-describedby": area.getAttribute("aria-describedby"),
        ...(area.required && { "aria-required": "true" }),
      },
      // Before ProseMirror looks: it would read what is pasted with its styles, of which our policy complains.
      handleDOMEvents: {
        paste: (view, event) => taken(event, paste(event.clipboardData, view.state.selection.from)),
        drop: (view, event) => {
          if (view.dragging) return false;
          const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
          return taken(event, paste(event.dataTransfer, place?.pos ?? view.state.selection.from, true));
        },
      },
    },
    onUpdate: ({ editor: now }) => {
      writing = true;
      area.value = write(now);
      area.dispatchEvent(new Event("input", { bubbles: true }));
      writing = false;
    },
  });

  // Pictures are uploaded, HTML of others is cleaned; the rest is pasted as always. Whether we see to it.
  function paste(transfer, place, dropped = false) {
    const html = transfer?.getData("text/html") ?? "";
    const files = picturesIn(transfer);
    if (bar.querySelector("[data-do=plain]").getAttribute("aria-pressed") === "true" && transfer?.getData("text/plain")) {
      if (dropped) return false;
      editor.view.pasteText(transfer.getData("text/plain"));
      return true;
    }
    if (html && !html.includes("data-pm-slice") && !(dropped && files.length)) {
      if (dropped) editor.commands.setTextSelection(place);
      clean(html, transfer.getData("text/plain"));
      return true;
    }
    if (!files.length) return false;
    add(files, place);
    return true;
  }

  async function clean(html, text) {
    say(words.cleaning, "busy");
    try {
      const found = await cleaned(html, area, (done, of) => say(`${words.uploading} ${done} / ${of}`, "busy"));
      put(found.html);
      const said = [found.dropped.length && `${words.dropped}${found.dropped.join("")}`, found.links].filter(Boolean);
      say(said.join(" · "), found.dropped.length ? "warn" : "");
    } catch (error) {
      if (text) editor.view.pasteText(text);
      say(`${error.message} ${words.plain}`, "warn");
    }
  }

  // A line goes into the line where the cursor stands; blocks stand for themselves and keep their looks.
  function put(html) {
    const blocks = createNodeFromContent(html, editor.schema, { slice: true });
    const isLine = blocks.childCount === 1 && blocks.firstChild.type.name === "paragraph";
    const open = isLine && Object.values(blocks.firstChild.attrs).every((value) => value === null) ? 1 : 0;
    const { from, to } = editor.state.selection;
    editor.view.dispatch(editor.state.tr.replaceRange(from, to, new Slice(blocks, open, open)).scrollIntoView());
  }

  async function add(files, place) {
    const refused = [];
    for (const file of files) {
      try {
        const source = await upload(file, area.dataset.upload, (part) => say(`${words.uploading} ${file.name} ${part}%`, "busy"));
        place = insert(source, place);
      } catch (error) {
        refused.push(`${file.name}: ${error.message || words.failed}`);
      }
    }
    say(refused.join(" "), refused.length ? "warn" : "");
  }

  function insert(source, place) {
    const at = Math.min(place, editor.state.doc.content.size);
    const picture = { type: "image", attrs: { src: source, alt: "" } };
    const inline = editor.state.doc.resolve(at).parent.inlineContent;
    editor.chain().insertContentAt(at, inline ? picture : { type: "paragraph", content: [picture] }).run();
    return at + (inline ? 1 : 3);
  }

  function say(text, kind) {
    status.textContent = text;
    status.classList.toggle("is-warn", kind === "warn");
    box.setAttribute("aria-busy", String(kind === "busy"));
  }

  area.addEventListener("input", () => writing || editor.commands.setContent(read(area.value), { emitUpdate: false }));
  // Its label, and the list of what is wrong, lead to the editor.
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(`label[for="${area.id}"], a[href="#${area.id}"]`)) return;
    setTimeout(() => editor.commands.focus());
  });
  bar.querySelector("input[type=file]").addEventListener("change", (event) => {
    add(picturesIn(event.target), editor.state.selection.from).then(() => (event.target.value = ""));
  });
  wire(bar, editor);
  box.hidden = false;
  area.classList.add("qf-beneath");
  area.tabIndex = -1;
  area.setAttribute("aria-hidden", "true");
  return editor;
}
