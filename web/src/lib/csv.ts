// Tables as files of comma-separated values, and the saving of files.

type Cell = string | number | null | undefined;

export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => row.map(escaped).join(',')).join('\r\n') + '\r\n';
}

function escaped(cell: Cell): string {
  const text = cell == null ? '' : String(cell);
  // A spreadsheet runs what begins like a formula; numbers may begin with a minus.
  const safe = /^[=+@\t\r]/.test(text) || /^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
