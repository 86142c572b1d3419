// The small behaviours of our own pages; every page works without them.

export function behave({ htmx, tabler }) {
  void htmx;
  void tabler;
}
