// What the board does not draw stays in the file: the library writes only the shapes that stand on its canvas, and so
// would lose a process without a pool that another tool drew beside one.
const BEFORE = 3000; // the library puts its shapes in order at 2000
const AFTER = 1000;

function inModel(element) {
  let top = element;
  while (top.$parent) top = top.$parent;
  return top.$type === "bpmn:Definitions";
}

class Undrawn {
  constructor(eventBus, elementRegistry) {
    let kept = [];
    eventBus.on("saveXML.start", BEFORE, ({ definitions }) => {
      const undrawn = ({ bpmnElement }) => bpmnElement && !elementRegistry.get(bpmnElement.id) && inModel(bpmnElement);
      kept = definitions.diagrams.map(({ plane }) => [plane, plane.get("planeElement").filter(undrawn)]);
    });
    eventBus.on("saveXML.start", AFTER, () => {
      for (const [plane, shapes] of kept) {
        const there = plane.get("planeElement");
        plane.set("planeElement", [...there, ...shapes.filter((one) => !there.includes(one))]);
      }
    });
  }
}
Undrawn.$inject = ["eventBus", "elementRegistry"];

export const undrawn = { __init__: ["undrawn"], undrawn: ["type", Undrawn] };
