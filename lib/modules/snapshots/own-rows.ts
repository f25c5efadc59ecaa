import { LIMITS } from "@/lib/platform/limits";

/**
 * What Center saves of its own rows about a tenant: what people chose, and nothing that happened. History is only ever added to and is not
 * unsaid; a secret that was replaced does not come back, and neither does a switch that was thrown.
 */
export const OWN_PARTS = [
  {
    part: "modules",
    saved: ["id", "module_key", "is_entitled", "entitled_at"],
    restored: ["is_entitled", "entitled_at"],
    /** What becomes of a row that came later: nothing is deleted, it only stops to count. */
    later: "is_entitled = false, entitled_at = null",
  },
  {
    part: "plugins",
    saved: ["id", "plugin_key", "channel", "probe_url", "payment_volume"],
    restored: ["channel", "probe_url", "payment_volume"],
    later: null,
  },
] as const;

/** Rows of one part, each as its JSON text. */
export interface PartRows {
  readonly part: string;
  readonly rows: readonly string[];
}

/** Lines as module-client writes them, cut into chunks of a bounded size. */
export function cutOwnRows(parts: readonly PartRows[]): { content: Buffer; rows: number }[] {
  const lines = parts.flatMap(({ part, rows }) => rows.map((row) => `${JSON.stringify([part, row])}\n`));
  const chunks: { lines: string[]; bytes: number }[] = [];
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    const last = chunks.at(-1);
    if (last && last.bytes + bytes <= LIMITS.snapshotChunkBytes) {
      last.lines.push(line);
      last.bytes += bytes;
    } else chunks.push({ lines: [line], bytes });
  }
  return chunks.map((chunk) => ({ content: Buffer.from(chunk.lines.join("")), rows: chunk.lines.length }));
}

/** The rows that lie in such chunks. */
export function readOwnRows(contents: readonly Buffer[]): PartRows[] {
  const found = new Map<string, string[]>();
  for (const line of contents.flatMap((content) => content.toString("utf8").split("\n"))) {
    if (line === "") continue;
    const [part, row] = JSON.parse(line) as [string, string];
    found.set(part, [...(found.get(part) ?? []), row]);
  }
  return [...found].map(([part, rows]) => ({ part, rows }));
}
