import { expect, test } from "vitest";
import { Ceremony, signedTarget } from "@/test/signed-repository";
import { judgeBundle } from "./judge-bundle";
import { type OnlineFile, planOnline } from "./plan-online";

const NOW = new Date("2026-11-22T10:00:00.000Z");
const hours = (count: number) => new Date(NOW.getTime() + count * 60 * 60 * 1_000);

function stage() {
  const ceremony = new Ceremony(NOW);
  const bundle = ceremony.firstBundle({ "1.0.0": signedTarget("demo-pay", "1.0.0", "a".repeat(64), 10) });
  const keys = { snapshot: [ceremony.online.snapshot.publicHex], timestamp: [ceremony.online.timestamp.publicHex] };
  const { repository } = judgeBundle(null, bundle, keys, NOW);
  const signers = { snapshot: [ceremony.online.snapshot], timestamp: [ceremony.online.timestamp] };
  const standing = { snapshot: null as string | null, timestamp: null as string | null };
  /** One round of the worker at some hour. */
  const round = (hour: number, recalled: string[] = [], at = repository) => {
    const files = planOnline(at, standing, recalled, signers, hours(hour));
    for (const { role, text } of files) standing[role] = text;
    return files.map(({ role, version }: OnlineFile) => `${role} ${version}`);
  };
  return { ceremony, repository, keys, round, signers, standing };
}

test("both are signed at first, and then only when half their life is over", () => {
  const { round } = stage();
  expect(round(0)).toEqual(["snapshot 1", "timestamp 1"]);
  expect(round(0.1)).toEqual([]);
  expect(round(11.9)).toEqual([]);
  expect(round(12)).toEqual(["timestamp 2"]);
  const week = Array.from({ length: 83 }, (_, index) => 13 + index);
  const signed = week.flatMap((hour) => round(hour));
  expect(signed).toEqual([24, 36, 48, 60, 72].map((_, index) => `timestamp ${index + 3}`).concat("snapshot 2", "timestamp 8"));
});

test("a release that is called back is in the next snapshot, and out of it only when it is no longer called back", () => {
  const { round } = stage();
  round(0);
  expect(round(0.1, ["demo-pay/1.0.0"])).toEqual(["snapshot 2", "timestamp 2"]);
  expect(round(0.2, ["demo-pay/1.0.0"])).toEqual([]);
});

test("a vendor that targets no longer speaks of stays in the snapshot: to agents, a role that vanished is a rollback", () => {
  const { ceremony, repository, keys, round, standing } = stage();
  round(0);
  ceremony.vendors.clear();
  const without = judgeBundle(repository, [{ role: "targets", text: ceremony.targetsFile({ version: 2 }) }], keys, NOW).repository;
  expect(round(0.1, [], without)).toEqual(["snapshot 2", "timestamp 2"]);
  const { signed } = JSON.parse(standing.snapshot ?? "{}") as { signed: { meta: Record<string, { version: number }> } };
  expect(Object.entries(signed.meta).map(([name, { version }]) => `${name} ${version}`)).toEqual(["targets.json 2", "demo-pay.json 1"]);
});

test("when the root names another key, both are signed by that one", () => {
  const { ceremony, repository, keys, round, signers } = stage();
  round(0);
  const further = new Ceremony(NOW).online;
  ceremony.online = further;
  signers.snapshot.push(further.snapshot);
  signers.timestamp.push(further.timestamp);
  const known = { snapshot: [...keys.snapshot, further.snapshot.publicHex], timestamp: [...keys.timestamp, further.timestamp.publicHex] };
  const rotated = judgeBundle(repository, [{ role: "root", text: ceremony.rootFile({ version: 2 }) }], known, NOW).repository;
  expect(round(0.1, [], rotated)).toEqual(["snapshot 2", "timestamp 2"]);
  expect(round(0.2, [], rotated)).toEqual([]);
});
