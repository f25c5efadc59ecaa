import { createHash } from "node:crypto";
import type { SecretPlace } from "@/lib/access/sealing/tenant-secrets";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { newToken } from "@/lib/platform/random";

const TOKEN_SHAPE = /^mit_[A-Za-z0-9_-]{43}$/;

/** Where one version of a module service's secret lies. */
export function modulePlaceOf(moduleId: string, version: number): SecretPlace {
  return { tenantId: PLATFORM_TENANT, table: "module_secrets", column: "sealed", row: `${moduleId}:${version}` };
}

/** A new bearer token for signals; shown once, kept as its digest. */
export function makeIngestToken(): string {
  return `mit_${newToken()}`;
}

/** The digest by which an ingest token is kept and found, in hex; null for what is none. 32 random bytes need no salt. */
export function ingestTokenDigest(token: string): string | null {
  return TOKEN_SHAPE.test(token) ? createHash("sha256").update(token).digest("hex") : null;
}
