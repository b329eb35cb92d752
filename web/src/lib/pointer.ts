// JSON pointers (RFC 6901) of problems to names of form fields: "/parameters/levels" -> "parameters.levels".

export function fieldOfPointer(pointer: string): string {
  return pointer
    .replace(/^#?\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

/** The known field that a pointer is about: itself, or the nearest one above or beneath it. */
export function nearestField(pointer: string, known: readonly string[]): string | null {
  const path = fieldOfPointer(pointer);
  for (let at = path; at; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') {
    if (known.includes(at)) return at;
  }
  return known.find((name) => name.startsWith(`${path}.`)) ?? null;
}
