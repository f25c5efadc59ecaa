/** What runs of one module: the version it says, and the digest of what it declares. */
export interface Member {
  readonly version: string;
  readonly manifest_digest: string | null;
}

/** Everything that ran at one time. */
export interface ReleaseSet {
  readonly centerVersion: string;
  /** The newest migration that this build of Center knows. */
  readonly schemaVersion: string;
  readonly members: Readonly<Record<string, Member>>;
}

/** One module's part of a way back. */
export interface RollbackItem {
  readonly module_key: string;
  readonly from: string;
  readonly to: string;
  /** by_hand: the module declares no way back, so whoever runs it starts the version that is named. */
  readonly status: "waiting" | "ordered" | "done" | "failed" | "by_hand";
  readonly command_id: string | null;
  readonly detail: string | null;
}
