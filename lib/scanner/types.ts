import type { Severity } from "@/lib/kernel/severity";

export const SCAN_KINDS = ["realtime", "daily", "weekly"] as const;
/** How often an invariant is looked at; a rarer scan looks at what the more frequent ones do, too. */
export type ScanKind = (typeof SCAN_KINDS)[number];

export const BLOCK_KINDS = ["route", "writer", "export"] as const;

/** What a violation closes at once. */
export interface BlockOrder {
  readonly kind: (typeof BLOCK_KINDS)[number];
  /** `POST /api/...`, `* /api/...`, `ACTION <id>`; `automatic`, `command:<name>`, `actor:<id>`; a route that exports. */
  readonly target: string;
}

export interface Evidence {
  readonly label: string;
  readonly value: string;
  readonly trace_id?: string;
}

/** By this a violation says how far it goes: one that is open and goes further is a new one. */
export const REACHES = "last transaction";

/** How far a violation goes, where it says so. */
export function reachOf(evidence: readonly Evidence[]): number {
  return Number(evidence.find(({ label }) => label === REACHES)?.value ?? 0);
}

/** One object that breaks an invariant. */
export interface Found {
  readonly object: string;
  /** One sentence for a tired person. */
  readonly detail: string;
  readonly evidence: readonly Evidence[];
  /** The module that it is about; Center itself where it is none. */
  readonly moduleKey?: string;
  /** What to close, where it is not what the invariant says for all. */
  readonly block?: BlockOrder | null;
}

/** A row of a lint's view. */
export interface LintRow {
  readonly name: string;
  readonly level: "error" | "warn";
  readonly detail: string;
  readonly remediation: string;
  readonly object: string;
}

/** What the build holds: handlers as `GET /api/...`, and functions of pages as `<file> <name>` with the id that a browser calls them by. */
export interface BuiltSurface {
  readonly routes: readonly string[];
  readonly actions: readonly { readonly name: string; readonly id: string }[];
}

/** Who may call what, as the source says it: a permission, or the kind of caller. */
export interface AccessTable {
  readonly routes: Readonly<Record<string, string>>;
  readonly actions: Readonly<Record<string, string>>;
}

/** An export as it renders cells that mean harm. */
export interface RenderedExport {
  readonly route: string;
  readonly format: "csv" | "markdown" | "json";
  readonly text: string;
}

/** A module that spoke of somebody else's, or of nobody's. */
export interface ModuleSignal {
  readonly moduleKey: string;
  readonly code: string;
  readonly count: number;
  readonly traceId: string | null;
}

/** Parts of the world, each read by itself: one that could not be read says nothing, and nothing is judged by it. */
export interface World {
  readonly lints: readonly LintRow[];
  readonly unaudited: readonly {
    readonly table: string;
    readonly rows: number;
    readonly sample: string | null;
    readonly highest: string | null;
  }[];
  readonly ownerless: readonly { readonly table: string; readonly rows: number }[];
  readonly surface: BuiltSurface;
  readonly access: AccessTable;
  readonly exports: readonly RenderedExport[];
  /** Routes of the build that name a file type, and those that are known to. */
  readonly exportRoutes: { readonly built: readonly string[]; readonly known: readonly string[] };
  readonly signals: readonly ModuleSignal[];
  /** What could not be read: a part of the world, or an invariant by its id. */
  readonly faults: readonly { readonly check: string; readonly detail: string }[];
  readonly checks: readonly { readonly moduleKey: string; readonly id: string; readonly detail: string }[];
}
export type WorldPart = keyof World;

/** Something that must always hold, what shows that it does not, and what is done at once when it does not. */
export interface Invariant {
  readonly id: string;
  readonly title: string;
  /** `error` closes and opens an incident, `warn` is told on the page. */
  readonly level: "error" | "warn";
  readonly severity: Severity;
  readonly kind: ScanKind;
  readonly reads: readonly WorldPart[];
  find(world: World): readonly Found[];
  block(found: Found): BlockOrder | null;
  readonly remediation: string;
  /** Found once, it is gone only when a scan that looks at everything does not find it; the others look at what is new. */
  readonly lasts?: boolean;
  /** Whether the database can put the walls of the table up again by itself (level 1). */
  readonly restores: boolean;
}
