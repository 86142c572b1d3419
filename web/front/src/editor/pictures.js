// Pictures go to the server as soon as they are there; an article holds only their address.

const TYPES = /^image\/(jpeg|png|gif|webp)$/;

export function picturesIn(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => TYPES.test(file.type));
}

// The address of the stored picture; throws with the server's words when it was refused.
export function upload(file, url, progress) {
  const body = new FormData();
  body.append("_field", "picture");
  body.append("picture", file);
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = ({ loaded, total }) => progress(Math.round((100 * loaded) / (total || 1)));
    request.onerror = () => failed(new Error(""));
    request.onload = () => {
      const answer = document.createElement("template");
      answer.innerHTML = request.responseText;
      const stored = answer.content.querySelector("[data-file]");
      if (request.status === 200 && stored) done(`/uploads/${stored.dataset.file}`);
      else failed(new Error([...answer.content.querySelectorAll(".text-danger, .alert")].map((part) => part.textContent.trim()).join(" ")));
    };
    request.send(body);
  });
}

export function token() {
  return document.querySelector("input[name=csrf_token]").value;
}

// The picture a `data:` address holds; null when it holds none.
export function embedded(address) {
  const found = /^data:(image\/(?:jpeg|png|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/.exec(address);
  if (!found) return null;
  const bytes = Uint8Array.from(atob(found[2].replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
  return new File([bytes], `picture.${found[1].split("/")[1]}`, { type: found[1] });
}
