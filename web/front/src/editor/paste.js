// What is pasted from Word, 秀米, 135 or a page goes past the server, which says what it could not keep.
import { embedded, token, upload } from "./pictures.js";

// `report` gets (done, of) for every embedded picture; the answer is {html, dropped, links} or throws with words.
export async function cleaned(html, area, report) {
  const body = new FormData();
  body.append("html", await withOwnPictures(html, area, report));
  const answer = await fetch(area.dataset.paste, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token(), "HX-Request": "true" },
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.said ?? "");
  return told;
}

async function withOwnPictures(html, area, report) {
  // Without its styles: even in a page that is never shown our policy would complain of them.
  const page = new DOMParser().parseFromString(html.replace(/<style[\s>][\s\S]*?<\/style>/gi, ""), "text/html");
  const sources = [...new Set([...page.querySelectorAll("img[src]")].map((picture) => picture.getAttribute("src")))];
  for (const [number, source] of sources.entries()) {
    if (source.startsWith(`${location.origin}/uploads/`)) {
      html = html.replaceAll(source, source.slice(location.origin.length));
    }
    const file = embedded(source);
    if (!file) continue;
    report(number + 1, sources.length);
    html = html.replaceAll(source, await upload(file, area.dataset.upload, () => {}));
  }
  return html;
}
