// What is copied can be pasted into another procedure: it waits in the browser's store, as JSON.

const PLACE = "qianfa.diagram.clipboard";

// Elements come back as moddle's own; the same one twice stays one, but an operation's id is no identity.
function reviver(moddle) {
  const known = new Map();
  return (key, value) => {
    if (typeof value?.$type !== "string") return value;
    const name = value.$type.startsWith("bpmn:") && value.id ? `${value.$type} ${value.id}` : null;
    if (name && known.has(name)) return known.get(name);
    const { $type, ...attributes } = value;
    const made = moddle.create($type, attributes);
    if (name) known.set(name, made);
    return made;
  };
}

class Clipboard {
  constructor(eventBus, clipboard, moddle) {
    eventBus.on("copyPaste.elementsCopied", ({ tree }) => {
      try {
        localStorage.setItem(PLACE, JSON.stringify(tree));
      } catch {
        // a full store: copying inside this diagram still works
      }
    });
    const load = () => {
      const kept = localStorage.getItem(PLACE);
      if (kept) clipboard.set(JSON.parse(kept, reviver(moddle)));
    };
    window.addEventListener("storage", (event) => event.key === PLACE && load());
    load();
  }
}
Clipboard.$inject = ["eventBus", "clipboard", "moddle"];

export const clipboard = { __init__: ["sharedClipboard"], sharedClipboard: ["type", Clipboard] };
