import type { KeyObject } from "node:crypto";
import { openKnownKeys } from "@/lib/access/sealing/signing-keys";
import { systemActor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { makeCheckpointKey } from "../commands/make-checkpoint-key";
import { originOf } from "./note";

/** Keys belong to no tenant, so that none has to be in sight to read them. */
const NOBODY: TenantScope = { kind: "set", ids: [] };

export type OpenCheckpointKey = Awaited<ReturnType<typeof openKnownKeys>>[number];

/** The log's name and every key that ever signed for it, oldest first. */
export interface LogIdentity {
  readonly origin: string;
  readonly keys: readonly OpenCheckpointKey[];
}

/** Who the log is. @returns null before its first key was made */
export async function readLogIdentity(): Promise<LogIdentity | null> {
  const keys = await read(NOBODY, (tx) => openKnownKeys(tx, "checkpoint"));
  return keys[0] ? { origin: originOf(keys[0].keyid), keys } : null;
}

/** The key that signs now. @throws Error when all are retired */
export function signingKeyOf({ keys }: LogIdentity): OpenCheckpointKey & { readonly privateKey: KeyObject } {
  const key = keys
    .flatMap(({ privateKey, ...rest }) => (privateKey ? [{ ...rest, privateKey }] : []))
    .findLast(({ isRetired }) => !isRetired);
  if (!key) throw new Error("every checkpoint key is retired");
  return key;
}

/** Makes the log's first key when there is none; every process may call this. */
export async function ensureLogIdentity(now: Date): Promise<LogIdentity> {
  const known = await readLogIdentity();
  // A log whose keys were all lost with their master key keeps its name and gets another key.
  if (known?.keys.some(({ isRetired }) => !isRetired)) return known;
  await runCommand(makeCheckpointKey, { input: {}, actor: systemActor("audit", "seal"), now });
  const made = await readLogIdentity();
  if (!made) throw new Error("the checkpoint key was not stored");
  return made;
}
