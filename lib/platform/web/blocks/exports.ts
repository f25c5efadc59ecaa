/** One way in which Center hands out a file that other programs open. */
export interface ExportRoute {
  /** As its file says it: `/api/ops/audit/export`. */
  readonly path: string;
  /** Media types that it may answer with. */
  readonly types: readonly string[];
}

/** Every route that answers with a file. What answers with one and does not stand here is refused, and so is another kind of file. */
export const EXPORT_ROUTES: readonly ExportRoute[] = [
  { path: "/api/ops/audit/export", types: ["text/csv"] },
  { path: "/api/ops/plugins/[id]/stream/export", types: ["text/csv"] },
  { path: "/api/ops/postmortems/[id]/export", types: ["text/markdown", "text/csv"] },
];

/** Text that spreadsheets and viewers open, and read more into than letters; JSON is read by programs, which take a text for a text. */
const OPENED = /^(text\/(csv|tab-separated-values|markdown)|application\/(vnd\.ms-excel|vnd\.openxmlformats.*))$/;

/** The kind of file that an answer is, by its headers; null for what a program reads. */
export function exportTypeOf(headers: Headers): string | null {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  return OPENED.test(type) ? type : null;
}
