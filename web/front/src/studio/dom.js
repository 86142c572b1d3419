// Elements and words: everything the board shows is made here, in the language of the page.

const english = document.documentElement.lang.startsWith("en");

export const t = (zh, en) => (english ? en : zh);

// h("button", { class: "btn", onclick: act }, "保存"): properties of an element, `data` and `aria` included.
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  if (tag === "select" && properties.value !== undefined) element.value = properties.value;
  return element;
}

export function option(value, label, chosen) {
  return h("option", { value, selected: chosen || undefined }, label);
}

let numbers = 0;

// A labelled field of the panel; `key` names it, so that the focus is found again after a change.
export function field(label, key, control, hint) {
  const id = `qf-studio-${(numbers += 1)}`;
  const input = control.matches("input, select, textarea") ? control : control.querySelector("input, select, textarea");
  if (input) {
    input.id ||= id;
    input.dataset.key ||= key;
  }
  const told = hint ? h("small", { class: "form-hint", id: `${id}-hint` }, hint) : null;
  if (told) input?.setAttribute("aria-describedby", told.id);
  return h("div", { class: "qf-field mb-2" }, h("label", { class: "form-label", for: input?.id }, label), control, told);
}

export function select(key, value, choices, change, label) {
  const known = choices.some((one) => one.value === value || one.group?.some((each) => each.value === value));
  const one = (each) => option(each.value, each.label, each.value === value);
  return h(
    "select",
    { class: "form-select form-select-sm", "data-key": key, "aria-label": label, onchange: (event) => change(event.target.value) },
    known || value === "" || value === undefined ? null : option(value, t(`${value}(未登记)`, `${value} (unknown)`), true),
    choices.map((each) => (each.group ? h("optgroup", { label: each.label }, each.group.map(one)) : one(each))),
  );
}

export function input(key, value, change, more = {}) {
  return h("input", {
    class: "form-control form-control-sm", type: "text", autocomplete: "off", "data-key": key, value: value ?? "",
    onchange: (event) => change(event.target.value.trim()), ...more,
  });
}

export function area(key, value, change, more = {}) {
  return h("textarea", {
    class: "form-control form-control-sm", rows: 2, "data-key": key, value: value ?? "",
    onchange: (event) => change(event.target.value), ...more,
  });
}

export function check(key, label, checked, change) {
  const box = h("input", { class: "form-check-input", type: "checkbox", "data-key": key, onchange: (event) => change(event.target.checked) });
  box.checked = checked;
  return h("label", { class: "form-check mb-1" }, box, h("span", { class: "form-check-label" }, label));
}

const OPEN = new Map(); // which sections a person closed or opened, while the page lives

export function section(key, title, open, ...children) {
  const turn = (event) => OPEN.set(key, !event.target.closest("details").open);
  return h("details", { class: "qf-section", open: OPEN.get(key) ?? open }, h("summary", { onclick: turn }, title), h("div", { class: "qf-section-body" }, ...children));
}
