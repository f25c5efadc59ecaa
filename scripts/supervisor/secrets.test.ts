import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { centerSecrets, createSecret, ensureSecret } from "./secrets.mjs";

let dataDir: string;
beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "center-secrets-"));
});
afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }));

const fileOf = (name: string) => path.join(dataDir, "secrets", name);

test("each secret is 32 random bytes, made once, readable by the owner alone", () => {
  const made = centerSecrets(dataDir, {});
  expect(Object.keys(made)).toEqual(["NEXTAUTH_SECRET", "CRON_SECRET", "MASTER_KEY"]);
  for (const value of Object.values(made)) expect(Buffer.from(value, "base64")).toHaveLength(32);
  expect(new Set(Object.values(made)).size).toBe(3);
  expect(fs.statSync(path.join(dataDir, "secrets")).mode & 0o777).toBe(0o700);
  for (const name of fs.readdirSync(path.join(dataDir, "secrets"))) expect(fs.statSync(fileOf(name)).mode & 0o777).toBe(0o600);
  expect(centerSecrets(dataDir, {})).toEqual(made);
});

test("the environment wins, and what it sets is not stored", () => {
  expect(centerSecrets(dataDir, { MASTER_KEY: "given" }).MASTER_KEY).toBe("given");
  expect(fs.existsSync(fileOf("master-key"))).toBe(false);
});

test("of two racing makers both get the first one's secret", () => {
  expect(createSecret(dataDir, "race", "first")).toBe("first");
  expect(createSecret(dataDir, "race", "second")).toBe("first");
  expect(fs.readdirSync(path.join(dataDir, "secrets"))).toEqual(["race"]);
});

test("an emptied file is refused, an opened one is closed again", () => {
  ensureSecret(dataDir, "key");
  fs.chmodSync(fileOf("key"), 0o644);
  ensureSecret(dataDir, "key");
  expect(fs.statSync(fileOf("key")).mode & 0o777).toBe(0o600);
  fs.writeFileSync(fileOf("key"), "");
  expect(() => ensureSecret(dataDir, "key")).toThrow(/restore it from a backup/);
});
