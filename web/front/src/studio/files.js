// A diagram as a file: out with the name of the procedure, in from any other tool, laid out where it has no drawing.
import { layoutProcess } from "bpmn-auto-layout";
import { t } from "./dom.js";

const MOST = 2_000_000; // characters, as the server takes

export function offer(name, text, type = "application/xml") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}

// The text of a file that was chosen, drawn; an Error says why it is none.
export async function drawn(file) {
  const text = await file.text();
  if (text.length > MOST) throw new Error(t("文件超过 2 MB。", "The file is larger than 2 MB."));
  const read = new DOMParser().parseFromString(text, "application/xml");
  if (read.querySelector("parsererror") || read.documentElement.localName !== "definitions" || read.doctype) {
    throw new Error(t("这个文件不是 BPMN 流程图。", "The file is no BPMN diagram."));
  }
  const shapes = read.getElementsByTagNameNS("http://www.omg.org/spec/BPMN/20100524/DI", "BPMNShape");
  return shapes.length ? text : layoutProcess(text);
}
