// Tables that can be sorted by a column: each head becomes a button; the line of totals stays where it is.

export function sortTables(root = document) {
  for (const table of root.querySelectorAll("table[data-sortable]")) {
    if (table.tBodies[0].rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "qf-sort";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, head, at));
      head.append(button);
    });
  }
}

// Numbers begin with the largest, words with the first; a second press turns it round.
function sort(table, head, at) {
  const rows = [...table.tBodies[0].rows];
  const values = new Map(rows.map((row) => [row, valueOf(row.cells[at])]));
  const words = rows.some((row) => typeof values.get(row) === "string");
  const before = head.getAttribute("aria-sort");
  const down = before ? before === "ascending" : !words;
  const told = (row) => (values.get(row) === null ? (words ? "" : -Infinity) : words ? String(values.get(row)) : values.get(row));
  const language = document.documentElement.lang;
  rows.sort((a, b) => (words ? told(a).localeCompare(told(b), language) : told(a) - told(b)) * (down ? -1 : 1));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  table.tBodies[0].append(...rows);
}

function valueOf(cell) {
  if (cell.dataset.value) return Number(cell.dataset.value);
  const text = cell.textContent.replace(/^⚠\s*|\s*⚠$/g, "").trim();
  if (text === "" || text === "–") return null;
  return /^-?[\d.]+%?$/.test(text) ? parseFloat(text) : text;
}
