const FORMULA = /^[=+\-@\t\r]/;

/** One cell, quoted. What a spreadsheet would take for a formula gets an apostrophe before it. Source: OWASP, CSV injection. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '""';
  const text = String(value);
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** One line. Source: RFC 4180. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}
