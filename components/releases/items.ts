import type { ReleaseSignatures } from "@/lib/delivery/types";

/** One file of the signed repository as GET /api/ops/tuf shows it. */
export interface RoleItem {
  readonly role: string;
  readonly kind: "root" | "targets" | "vendor" | "snapshot" | "timestamp";
  readonly version: number;
  readonly expires_at: string;
  readonly state: "good" | "soon" | "expired";
  readonly threshold: number;
  readonly keyids: readonly string[];
  readonly signed_by: readonly string[];
  readonly is_met: boolean;
}

export interface RepositoryItem {
  readonly established: boolean;
  readonly roles: readonly RoleItem[];
}

/** A release as GET /api/ops/releases shows it, with what the page needs of it. */
export interface ReleaseItem {
  readonly id: string;
  readonly plugin_key: string;
  readonly version: string;
  readonly channel: string;
  readonly sha256: string;
  readonly length: number;
  readonly schema_effect: string;
  readonly status: "draft" | "published" | "recalled";
  readonly signed: boolean;
  readonly signatures: ReleaseSignatures | null;
  /** Plugins within the reader's tenants that run it now. */
  readonly running_on: number;
}
