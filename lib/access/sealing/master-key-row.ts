import { eq } from "drizzle-orm";
import { installation } from "@/db/schema/spine";
import { rememberMasterKey } from "@/lib/access/commands/remember-master-key";
import { runCommand } from "@/lib/gateway/run-command";
import { requireSetting } from "@/lib/platform/env";
import { read } from "@/lib/platform/scope";
import { systemActor } from "../system-actor";
import { masterKeyCheck } from "./master-key-check";
import { keyOfCheck } from "./master-key-ring";

/**
 * Makes sure that this process holds the master key of the installation, before it opens or seals anything.
 *
 * @throws Error when it holds another one: secrets and signing keys would not open
 */
export async function requireSameMasterKey(now: Date): Promise<void> {
  const masterKey = requireSetting("masterKey");
  const [row] = await read({ kind: "set", ids: [] }, (tx) =>
    tx.select().from(installation).where(eq(installation.key, "master_key_check")),
  );
  if (!row) {
    await runCommand(rememberMasterKey, { input: { check: masterKeyCheck(masterKey) }, actor: systemActor("access", "operate"), now });
    return;
  }
  if (keyOfCheck(row.value) === null) throw new Error("MASTER_KEY is not the one this installation was set up with");
}
