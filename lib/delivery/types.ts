export const COMMAND_TYPES = ["update", "rollback", "config_update", "restart", "ping", "isolate", "commit"] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];

/** A DSSE envelope: what is signed, and by whom. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** By whom a release is signed, as the metadata in force says. */
export type ReleaseSignatures = {
  readonly role: string;
  /** Version of the vendor's metadata. */
  readonly version: number;
  readonly threshold: number;
  /** Keys that really signed it. */
  readonly keyids: readonly string[];
};

/** The exact, digest-bound thing to be done (protocol.md, Trust and commands). */
export interface PlanDocument {
  readonly type: CommandType;
  readonly plugin_ids: readonly string[];
  readonly plugin_key: string;
  readonly from_version: string | null;
  readonly to_version: string | null;
  readonly artifact_sha256: string | null;
  readonly policy_version: number;
  readonly nonce: string;
  readonly expires_at: string;
  /** How much it weighs as Center sees it; agents believe their vendor where that says more. Missing where no agent asks. */
  readonly impact?: "normal" | "high" | undefined;
  /** What the plugin's agent takes under approvers' own signatures alone, as it said; missing for majors only. */
  readonly quorum_for?: "high_impact" | "all" | undefined;
}

/** Center's order for one plugin; the agent checks all of it itself. */
export interface CommandPayload {
  readonly id: string;
  readonly type: CommandType;
  readonly plugin_id: string;
  readonly from_version: string | null;
  readonly to_version: string | null;
  readonly artifact: { readonly url: string; readonly sha256: string; readonly length: number } | null;
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly ref: string | null;
  readonly probation_s: number;
  readonly not_before: string;
  readonly expires_at: string;
  readonly issued_at: string;
  readonly plan: string | null;
  readonly plan_digest: string | null;
  readonly quorum: readonly Envelope[];
}
