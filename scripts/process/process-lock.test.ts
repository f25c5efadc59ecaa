import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { identifyProcess } from "./process-identity.mjs";
import { acquireLock, LockHeldError, lockHolder, waitForLock } from "./process-lock.mjs";

let directory: string;
const MODULE = JSON.stringify(path.join(import.meta.dirname, "process-lock.mjs"));

beforeEach(() => {
  directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "center-lock-")), "lock");
});
afterEach(() => fs.rmSync(path.dirname(directory), { recursive: true, force: true }));

/** A process that tries to take the lock, prints "got" or the holder's pid, and lives until it is killed. */
function contender() {
  const program = `import { acquireLock } from ${MODULE};
    try { acquireLock(${JSON.stringify(directory)}, "test"); console.log("got"); } catch (error) { console.log(error.pid); }
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
}

const answerOf = async (child: ReturnType<typeof contender>) => String((await once(child.stdout, "data"))[0]).trim();

async function end(child: ReturnType<typeof contender>) {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

test("a held lock is refused with the holder's pid and purpose, a released one is free", () => {
  const lock = acquireLock(directory, "npm start");
  expect(() => acquireLock(directory, "again")).toThrow(LockHeldError);
  expect(lockHolder(directory)).toEqual({ pid: process.pid, purpose: "npm start" });
  lock.release();
  lock.release();
  expect(lockHolder(directory)).toBeNull();
  acquireLock(directory, "next").release();
});

test("the lock of a killed process is taken over by exactly one of many", async () => {
  const holder = contender();
  expect(await answerOf(holder)).toBe("got");
  expect(() => acquireLock(directory, "too early")).toThrow(`held by process ${holder.pid}`);
  await end(holder);

  const rivals = Array.from({ length: 6 }, contender);
  const answers = await Promise.all(rivals.map(answerOf));
  const winner = rivals[answers.indexOf("got")]!;
  expect(answers.filter((answer) => answer === "got")).toHaveLength(1);
  expect(answers.filter((answer) => answer === String(winner.pid))).toHaveLength(5);
  await Promise.all(rivals.map(end));
  expect(fs.readdirSync(directory).filter((name) => name.startsWith("holder."))).toHaveLength(1);
});

test("a number that now belongs to another process, and a file cut short by a power loss, hold nothing", () => {
  fs.mkdirSync(directory);
  fs.writeFileSync(
    path.join(directory, "holder.7"),
    JSON.stringify({ pid: process.ppid, identity: "another life", purpose: "x", token: "t" }),
  );
  acquireLock(directory, "first").release();
  fs.writeFileSync(path.join(directory, "holder.9"), "");
  acquireLock(directory, "second");
  expect(lockHolder(directory)).toMatchObject({ purpose: "second" });
});

test("releasing late does not free somebody else's lock", () => {
  const early = acquireLock(directory, "early");
  fs.writeFileSync(
    path.join(directory, "holder.1"),
    JSON.stringify({ pid: process.pid, identity: identifyProcess(process.pid), purpose: "other", token: "t" }),
  );
  early.release();
  expect(lockHolder(directory)).toMatchObject({ purpose: "other" });
});

test("waiting says once for whom, and goes on when the holder is done", async () => {
  const held = acquireLock(directory, "set-up");
  const onWait = vi.fn(() => held.release());
  const mine = await waitForLock(directory, "second set-up", onWait);
  expect(onWait).toHaveBeenCalledOnce();
  mine.release();
});

test("a process is told from its zombie and from nobody", async () => {
  expect(identifyProcess(process.pid)).toBe(identifyProcess(process.pid));
  expect(identifyProcess(0)).toBeNull();
  expect(identifyProcess(2 ** 22 + 1)).toBeNull();
});
