import postgres from "postgres";
import { loseMasterKey } from "@/lib/access/commands/lose-master-key";
import { makeCommandKey } from "@/lib/access/commands/make-command-key";
import { keyOfCheck } from "@/lib/access/sealing/master-key-ring";
import type { Actor } from "@/lib/access/types";
import { makeCheckpointKey } from "@/lib/audit/commands/make-checkpoint-key";
import { runCommand } from "@/lib/gateway/run-command";
import { refuse } from "@/lib/kernel/refusal";
import { environment } from "@/lib/platform/env";
import { setRolePasswords } from "./rotate-master-key";

/** What people have to do now, since no machine can. */
const CONSEQUENCES = [
  "every agent: pin the new command key in agent.json by hand (POST /api/ops/plugins/<id>/rotate-secret shows it); until then it obeys no command",
  "every plugin: rotate its secret and put the new one into the shop; until then its beats are refused",
  "webhook addresses are off: give each a new secret and turn it on",
  "everybody sets up a second factor anew; one-time links that are out are dead",
  "signed releases: new online keys are made at the next start, and sign nothing until the root names them (release:sign)",
  "back up now, and keep the backup's key elsewhere",
];

/** Before anything is changed: whoever still holds the key is told so, and nobody is locked out. */
async function requireForeignKey(): Promise<void> {
  const client = postgres(environment().databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const [row] = await client<{ value: string }[]>`select value from installation where key = 'master_key_check'`;
    if (row && keyOfCheck(row.value)) refuse("conflict", "The master key is not lost: this process holds it");
  } finally {
    await client.end({ timeout: 5 });
  }
}

/**
 * Goes on without the master key: the roles get passwords of the new one first, so that the gateway can write down what was lost. Broken off
 * anywhere, no Center starts until it was done to its end.
 *
 * @throws Refusal conflict when the key is not lost at all
 */
export async function declareKeyLost(actor: Actor, reason: string, now: () => Date) {
  await requireForeignKey();
  await setRolePasswords(environment().masterKey);
  const lost = await runCommand(loseMasterKey, { input: { reason }, actor, now: now() });
  await runCommand(makeCommandKey, { input: {}, actor, now: now() });
  await runCommand(makeCheckpointKey, { input: {}, actor, now: now() });
  return { lost, to_do: CONSEQUENCES };
}
