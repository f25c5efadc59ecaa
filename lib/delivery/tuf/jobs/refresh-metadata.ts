import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import type { CommandDefinition } from "@/lib/gateway/types";
import type { Json } from "@/lib/kernel/canonical-json";
import { Refusal } from "@/lib/kernel/refusal";
import { log } from "@/lib/platform/log";
import { refreshOnline } from "../commands/refresh-online";
import { warnOfExpiry } from "../commands/warn-of-expiry";
import { readNewest } from "../queries-metadata";

const actor = systemActor("tuf", "operate");

/** Runs a polled command. @returns null when there was nothing to do */
// biome-ignore lint/suspicious/noExplicitAny: commands of any input; both take none.
async function poll<Result extends Json>(command: CommandDefinition<any, Result>, now: Date): Promise<Result | null> {
  try {
    return await runCommand(command, { input: {}, actor, now });
  } catch (error) {
    if (error instanceof Refusal && error.kind === "conflict") return null;
    throw error;
  }
}

/**
 * One round of keeping the repository alive: Center's own files are signed anew where they have to be, and people are told of those
 * that only they can renew. Without a repository it costs one read.
 */
export async function refreshMetadata(now: Date): Promise<{ signed: number; warned: number }> {
  if ((await readNewest("root")) === null) return { signed: 0, warned: 0 };
  const signed = await poll(refreshOnline, now);
  const warned = await poll(warnOfExpiry, now);
  for (const { role, version, kind, expires } of warned ?? []) {
    const said = kind === "expired" ? "has expired" : "is about to expire";
    log.warn("WARN_METADATA_EXPIRING", `The signed metadata of ${role} ${said}; only its people can sign it anew`, {
      role,
      version,
      expires,
    });
  }
  return { signed: signed?.length ?? 0, warned: warned?.length ?? 0 };
}
