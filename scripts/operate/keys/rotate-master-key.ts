import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { closeConnections } from "@/db/connection";
import { ensureRoles } from "@/db/ensure-roles";
import { resealKeys, switchMasterKey } from "@/lib/access/commands/switch-master-key";
import { masterKeyCheck } from "@/lib/access/sealing/master-key-check";
import { forgetKeyRing, masterKeyFile, readKeyFile } from "@/lib/access/sealing/master-key-ring";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";

/** Writes a new key where every process of this DATA_DIR looks; one that is there already is taken up again. */
function ensureNextKey(dataDir: string): Buffer {
  const { masterKeyNext } = environment();
  if (masterKeyNext) return masterKeyNext;
  const file = masterKeyFile(dataDir, "next");
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.draft`;
    const handle = openSync(draft, "w", 0o600);
    writeSync(handle, `${randomBytes(32).toString("base64")}\n`);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(draft, file);
  }
  const key = readKeyFile(dataDir, "next");
  if (!key) throw new Error(`${file} is empty`);
  return key;
}

/** Gives Center's database roles the passwords that belong to a key. Connections that stand stay; new ones ask which password works. */
export async function setRolePasswords(masterKey: Buffer): Promise<void> {
  const { databaseUrl } = environment();
  const client = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    await ensureRoles(drizzle(client), { databaseUrl, masterKey, isKnown: true });
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Steps of a rotation, by name, in their order. Each may be the last before a crash, and each may be done again. */
export interface RotationStep {
  readonly name: "write-next" | "await-processes" | "reseal" | "switch" | "passwords" | "files";
  run(): Promise<void>;
}

/**
 * Puts a new master key in the place of the one in force, while Center works (docs/decisions/0014).
 *
 * @param waitMs  what the processes of this DATA_DIR need to see the new key file
 * @returns the steps that are left to do, whatever was done before; run in order
 */
export function planRotation(actor: Actor, reason: string, now: () => Date, waitMs = LIMITS.masterKeyRingMs * 2): RotationStep[] {
  const { dataDir } = environment();
  let check = "";
  let next: Buffer = Buffer.alloc(0);
  const load = () => {
    next = ensureNextKey(dataDir);
    check = masterKeyCheck(next);
    forgetKeyRing();
  };
  return [
    { name: "write-next", run: async () => load() },
    { name: "await-processes", run: async () => void (await wait(waitMs)) },
    {
      name: "reseal",
      async run() {
        for (let after: { tenantId: string; version: number } | null | undefined; after !== null; ) {
          after = (await runCommand(resealKeys, { input: { check, after: after ?? null }, actor, now: now() })).next;
        }
      },
    },
    { name: "switch", run: async () => void (await runCommand(switchMasterKey, { input: { check, reason }, actor, now: now() })) },
    { name: "passwords", run: () => setRolePasswords(next) },
    {
      name: "files",
      async run() {
        // One rename: from here on the old key is nowhere on this machine.
        if (existsSync(masterKeyFile(dataDir, "next"))) renameSync(masterKeyFile(dataDir, "next"), masterKeyFile(dataDir, "current"));
        forgetKeyRing();
        await closeConnections();
      },
    },
  ];
}

/** All steps, from wherever an earlier try was broken off. */
export async function rotateMasterKey(actor: Actor, reason: string, now: () => Date, say: (line: string) => void) {
  for (const { name, run } of planRotation(actor, reason, now)) {
    await run();
    say(`${name}: done`);
  }
  return {
    master_key: masterKeyFile(environment().dataDir, "current"),
    next_steps: [
      "keep the old key as long as you keep copies of the database that PostgreSQL itself made: they open by it alone",
      "backups of npm run backup hold their own key; make one now",
      "restart npm start and every worker at your leisure; a worker elsewhere needs MASTER_KEY with the new key",
    ],
  };
}
