// What an article may hold: the same as the server keeps, so that nothing is lost on the way there and back.
import { Extension, Mark, Node, mergeAttributes } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import TextAlign from "@tiptap/extension-text-align";
import StarterKit from "@tiptap/starter-kit";

const ON_TEXT = { color: "color", backgroundColor: "background-color", fontSize: "font-size", letterSpacing: "letter-spacing" };
const BOXES = ["paragraph", "heading", "section", "blockquote", "tableCell", "tableHeader"];

const styled = (names) =>
  Object.fromEntries(
    Object.entries(names).map(([name, property]) => [
      name,
      {
        default: null,
        parseHTML: (element) => element.style[name] || null,
        renderHTML: (attributes) => (attributes[name] ? { style: `${property}: ${attributes[name]}` } : {}),
      },
    ]),
  );

const Boxes = Extension.create({
  name: "boxes",
  addGlobalAttributes: () => [{ types: BOXES, attributes: styled({ ...ON_TEXT, lineHeight: "line-height" }) }],
});

const Look = Mark.create({
  name: "look",
  addAttributes: () => styled(ON_TEXT),
  parseHTML: () => [{ tag: "span", getAttrs: (element) => Object.keys(ON_TEXT).some((name) => element.style[name]) && null }],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
});

const script = (name, other) =>
  Mark.create({
    name,
    excludes: `${name} ${other}`,
    parseHTML: () => [{ tag: name }],
    renderHTML: ({ HTMLAttributes }) => [name, HTMLAttributes, 0],
  });

const Section = Node.create({
  name: "section",
  group: "block",
  content: "block+",
  parseHTML: () => [{ tag: "section" }],
  renderHTML: ({ HTMLAttributes }) => ["section", HTMLAttributes, 0],
});

const Table = Node.create({
  name: "table",
  group: "block",
  content: "tableRow+",
  isolating: true,
  parseHTML: () => [{ tag: "table" }],
  renderHTML: () => ["table", ["tbody", 0]],
});

const Row = Node.create({
  name: "tableRow",
  content: "(tableCell | tableHeader)+",
  parseHTML: () => [{ tag: "tr" }],
  renderHTML: () => ["tr", 0],
});

const spans = (name) => ({
  default: 1,
  parseHTML: (element) => Number(element.getAttribute(name)) || 1,
  renderHTML: (attributes) => (attributes[name] > 1 ? { [name]: attributes[name] } : {}),
});

const cell = (name, tag) =>
  Node.create({
    name,
    content: "block+",
    isolating: true,
    addAttributes: () => ({ colspan: spans("colspan"), rowspan: spans("rowspan") }),
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

// Only pictures that were uploaded here: an address elsewhere is neither loaded nor kept.
const Picture = Image.extend({
  parseHTML: () => [{ tag: 'img[src^="/uploads/"]' }],
  renderHTML: ({ HTMLAttributes: { src, alt } }) => ["img", mergeAttributes({ src, alt: alt ?? "" })],
  addInputRules: () => [],
}).configure({ inline: true });

export const extensions = [
  StarterKit.configure({
    code: false,
    codeBlock: false,
    heading: { levels: [1, 2, 3, 4] },
    link: {
      openOnClick: false,
      autolink: false,
      linkOnPaste: false,
      protocols: ["http", "https"],
      HTMLAttributes: { rel: null, target: null, class: null },
    },
  }),
  Boxes,
  Look,
  script("sub", "sup"),
  script("sup", "sub"),
  Section,
  Table,
  Row,
  cell("tableCell", "td"),
  cell("tableHeader", "th"),
  Picture,
  TextAlign.configure({ types: BOXES, alignments: ["left", "center", "right", "justify"] }),
];
