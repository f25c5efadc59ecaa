import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { loadOnlineSigners, lockNewest, repositoryOf } from "./load-repository";
import { writeOnline } from "./write-online";

/**
 * Center signs its snapshot and timestamp anew: at half their life, and as soon as a release was called back. A worker asks every few
 * seconds; that there is nothing to sign is then an answer.
 */
export const refreshOnline = defineCommand({
  name: "tuf.refresh",
  permission: "system",
  isPolled: true,
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    const newest = await lockNewest(tx);
    const repository = repositoryOf(newest) ?? refuse("conflict", "There is no repository yet");
    const files = await writeOnline(tx, repository, newest, await loadOnlineSigners(tx), now);
    if (files.length === 0) refuse("conflict", "Snapshot and timestamp are good as they are");
    const result = files.map(({ role, version, expires }) => ({ role, version, expires: expires.toISOString() }));
    return { subject: "tuf:repository", tenantId: null, before: null, after: result, result };
  },
});
