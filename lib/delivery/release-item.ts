import { impactOf } from "./quorum/quorum-for";
import type { ReleaseSignatures } from "./types";

/** What is stored of a release. */
export interface StoredRelease {
  readonly id: string;
  readonly pluginKey: string;
  readonly version: string;
  readonly channel: string;
  readonly sha256: string;
  readonly length: number;
  readonly schemaEffect: string;
  readonly fixes: readonly string[];
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly author: string;
  readonly status: "draft" | "published" | "recalled";
  readonly createdAt: Date;
  readonly signatures: ReleaseSignatures | null;
}

/** A release as the ops API shows it. */
export function releaseItem(row: StoredRelease) {
  return {
    id: row.id,
    plugin_key: row.pluginKey,
    version: row.version,
    channel: row.channel,
    sha256: row.sha256,
    length: row.length,
    schema_effect: row.schemaEffect,
    /** High also where it changes what is stored. */
    impact: impactOf(row.manifest),
    fixes: row.fixes,
    min_platform: (row.manifest.min_platform ?? null) as string | null,
    min_runtime: (row.manifest.min_runtime ?? null) as string | null,
    smoke_tests: (row.manifest.smoke_tests ?? []) as string[],
    author: row.author,
    status: row.status,
    created_at: row.createdAt.toISOString(),
    /** Whether agents with a pinned root would take it: its vendor's threshold signed it. */
    signed: row.signatures !== null,
    signatures: row.signatures,
  };
}
