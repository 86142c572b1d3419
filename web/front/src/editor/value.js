// A text goes in and out as it is kept: plain while nothing in it is formatted, else as HTML.

const HTML = /^<(p|h[1-4]|section|blockquote|ul|ol|table|hr)[ >]/;

export function read(text) {
  if (HTML.test(text)) return text;
  const lines = text.split("\n").map((line) => ({ type: "paragraph", content: line ? [{ type: "text", text: line }] : [] }));
  return { type: "doc", content: lines };
}

export function write(editor) {
  const blocks = [];
  editor.state.doc.forEach((block) => blocks.push(block));
  while (blocks.length && isBlank(blocks.at(-1))) blocks.pop();
  if (!blocks.length) return "";
  const text = blocks.map((block) => block.textContent).join("\n");
  if (blocks.every(isPlain) && !text.includes("<")) return text;
  return editor.getHTML().replace(/(<p><\/p>)+$/, "");
}

function isBlank(block) {
  return block.type.name === "paragraph" && block.childCount === 0;
}

function isPlain(block) {
  if (block.type.name !== "paragraph" || Object.values(block.attrs).some((value) => value !== null)) return false;
  let plain = true;
  block.forEach((each) => (plain &&= each.isText && each.marks.length === 0));
  return plain;
}
