import { csvLine } from "@/lib/audit/export/csv";
import { FIGURE_DEFINITIONS } from "@/lib/incidents/postmortems/figures";
import type { PostmortemFacts } from "@/lib/incidents/postmortems/types";
import { SECTION_NAMES } from "@/lib/incidents/postmortems/types";
import { writeMarkdown } from "@/lib/incidents/postmortems/write-markdown";
import type { RenderedExport } from "../types";

/** What nobody may write so that it acts where it is opened: formulas, tags, links that run, pictures that call home. */
export const HOSTILE_CELLS: readonly string[] = [
  "=HYPERLINK(1)",
  "+1",
  "-1+1",
  "@SUM(1)",
  "\t=1",
  "\r=1",
  '=1","=2',
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "![x](https://evil.test/p.png)",
];

/** One way in which an export writes what people and plugins said. */
export interface Exporter {
  readonly route: string;
  readonly format: RenderedExport["format"];
  render(cells: readonly string[]): string;
}

function hostilePostmortem(cells: readonly string[]) {
  const all = cells.join("\n");
  const names = Object.keys(FIGURE_DEFINITIONS);
  const facts = {
    figures: Object.fromEntries(names.map((name) => [name, null])),
    timeline: cells.map((cell) => ({ at: "2026-01-01T00:00:00.000Z", actor: cell, summary: cell })),
    center_did: [],
    changes: [],
  } as unknown as PostmortemFacts;
  const actions = cells.map((what) => ({ what, owner: what, due_on: null, is_done: false }));
  const sections = Object.fromEntries(SECTION_NAMES.map((name) => [name, all])) as Record<(typeof SECTION_NAMES)[number], string>;
  return { title: all, status: "draft", sections, actions, facts } as unknown as Parameters<typeof writeMarkdown>[0];
}

const csv = (cells: readonly string[]) => cells.map((cell) => csvLine([cell, "x", cell])).join("");

/** Every export with the function that writes it. A route that answers with a file and does not stand here is found in the build. */
export const EXPORTERS: readonly Exporter[] = [
  { route: "/api/ops/audit/export", format: "csv", render: csv },
  { route: "/api/ops/audit/export", format: "json", render: (cells) => cells.map((cell) => JSON.stringify({ cell })).join("\n") },
  { route: "/api/ops/plugins/[id]/stream/export", format: "csv", render: csv },
  { route: "/api/ops/postmortems/[id]/export", format: "csv", render: csv },
  { route: "/api/ops/postmortems/[id]/export", format: "markdown", render: (cells) => writeMarkdown(hostilePostmortem(cells), "en") },
];
