import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { makeOnlineKeys } from "../commands/make-online-keys";
import { readOnlineKeys } from "../queries-metadata";

/** Makes Center's keys for snapshot and timestamp when there are none; every process may call this when it starts. */
export async function ensureOnlineKeys(now: Date): Promise<void> {
  const { snapshot, timestamp } = await readOnlineKeys();
  if (snapshot.length > 0 && timestamp.length > 0) return;
  await runCommand(makeOnlineKeys, { input: {}, actor: systemActor("tuf", "operate"), now });
}
