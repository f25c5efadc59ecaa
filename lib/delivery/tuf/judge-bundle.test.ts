import { describe, expect, test } from "vitest";
import { Ceremony, newSigner, signedTarget, tampered } from "@/test/signed-repository";
import { judgeBundle, type TufFile } from "./judge-bundle";
import { MetadataError } from "./read-metadata";
import { keyidOf } from "./tuf-key";

const NOW = new Date("2026-11-22T10:00:00.000Z");
const target = (version: string) => signedTarget("demo-pay", version, "a".repeat(64), 10);
const ONE = { "1.0.0": target("1.0.0") };

function onlineOf({ online }: Ceremony) {
  return { snapshot: [online.snapshot.publicHex], timestamp: [online.timestamp.publicHex] };
}

function stage(ceremony = new Ceremony(NOW)) {
  const bundle = ceremony.firstBundle(ONE);
  const { repository } = judgeBundle(null, bundle, onlineOf(ceremony), NOW);
  const next = (...files: TufFile[]) => judgeBundle(repository, files, onlineOf(ceremony), NOW);
  return { ceremony, bundle, repository, next };
}

test("a first bundle establishes a repository, and the same again is nothing new", () => {
  const { repository, bundle, next } = stage();
  expect(repository.root.signed.version).toBe(1);
  expect(next(...bundle).accepted).toEqual([]);
});

test("the vendor's next file is taken, and only the next", () => {
  const { ceremony, next } = stage();
  const file = (version: number) => ({ role: "demo-pay", text: ceremony.vendorFile({ ...ONE, "1.1.0": target("1.1.0") }, { version }) });
  expect(next(file(2)).accepted).toMatchObject([{ role: "demo-pay", version: 2 }]);
  for (const version of [1, 3, 2 ** 31]) expect(() => next(file(version))).toThrow(/the next one would be 2/);
});

describe("what is refused of a vendor", () => {
  type Change = (ceremony: Ceremony) => TufFile;
  const vendor = (ceremony: Ceremony, more: object = {}, targets = ONE) => ceremony.vendorFile(targets, { version: 2, ...more });
  const signersOf = (ceremony: Ceremony) => ceremony.vendors.get("demo-pay")?.signers ?? [];
  test.each<[string, Change, RegExp]>([
    ["one signature of two", (c) => ({ role: "demo-pay", text: vendor(c, { signers: signersOf(c).slice(0, 1) }) }), /1\/2 keys/],
    ["a stranger's signatures", (c) => ({ role: "demo-pay", text: vendor(c, { signers: [newSigner(), newSigner()] }) }), /0\/2 keys/],
    [
      "one key that signs twice",
      (c) => {
        const file = JSON.parse(vendor(c, { signers: signersOf(c).slice(0, 1) }));
        return { role: "demo-pay", text: JSON.stringify({ ...file, signatures: [file.signatures[0], file.signatures[0]] }) };
      },
      /multiple signatures/,
    ],
    [
      "other words under the signatures",
      (c) => ({ role: "demo-pay", text: tampered(vendor(c), (s) => Object.assign(s, { extra: 1 })) }),
      /0\/2/,
    ],
    ["an expiry that is past", (c) => ({ role: "demo-pay", text: vendor(c, { expires: c.in(-0.1) }) }), /expired/],
    ["a life of a year", (c) => ({ role: "demo-pay", text: vendor(c, { expires: c.in(365) }) }), /more than 7 days/],
    [
      "a role that nobody named",
      (c) => ({ role: "other", text: vendor(c, {}, {} as typeof ONE).replaceAll("demo-pay", "other") }),
      /other/,
    ],
    [
      "a file of somebody else's plugin",
      (c) => ({ role: "demo-pay", text: vendor(c, {}, { "1.0.0": signedTarget("rival", "1.0.0", "a".repeat(64), 10) }) }),
      /not where rival 1\.0\.0 belongs/,
    ],
    ["no metadata at all", () => ({ role: "demo-pay", text: "{}" }), /cannot be read/],
  ])("%s", (_what, change, problem) => {
    const { ceremony, next } = stage();
    expect(() => next(change(ceremony))).toThrow(problem);
  });
});

describe("keys", () => {
  test("one key under two names is no two keys", () => {
    const ceremony = new Ceremony(NOW);
    const [first] = ceremony.vendors.get("demo-pay")?.signers ?? [];
    if (!first) throw new Error("no key");
    ceremony.vendors.set("demo-pay", { signers: [first], threshold: 1 });
    const twoNames = tampered(ceremony.targetsFile(), (signed) => {
      const delegations = signed.delegations as { keys: Record<string, object>; roles: { keyids: string[]; threshold: number }[] };
      delegations.keys["f".repeat(64)] = delegations.keys[first.keyid] ?? {};
      delegations.roles[0] = { ...delegations.roles[0], keyids: [first.keyid, "f".repeat(64)], threshold: 2 };
    });
    const files = [
      { role: "root", text: ceremony.rootFile() },
      { role: "targets", text: twoNames },
    ];
    expect(() => judgeBundle(null, files, onlineOf(ceremony), NOW)).toThrow(/id that is not its own/);
  });

  test("another spelling of a key is not acceptable", () => {
    expect(() => keyidOf("A".repeat(64))).toThrow(RangeError);
  });

  test("the next root takes the old threshold and its own", () => {
    const { ceremony, next } = stage();
    const [old1, old2] = ceremony.root;
    if (!old1 || !old2) throw new Error("no keys");
    ceremony.root = [newSigner(), newSigner(), newSigner()];
    const [new1, new2] = ceremony.root as [typeof old1, typeof old1];
    const root = (...signers: (typeof old1)[]) => ({ role: "root", text: ceremony.rootFile({ version: 2, signers }) });
    expect(next(root(old1, old2, new1, new2)).accepted).toMatchObject([{ role: "root", version: 2 }]);
    for (const few of [
      [old1, old2],
      [new1, new2],
      [old1, new1, new2],
      [old1, old2, new1],
    ])
      expect(() => next(root(...few)), few.map(({ keyid }) => keyid).join()).toThrow(MetadataError);
  });

  test("a root that leaves Center without a key of its own is refused", () => {
    const { ceremony, repository } = stage();
    const next = { role: "root", text: ceremony.rootFile({ version: 2 }) };
    expect(() => judgeBundle(repository, [next], { snapshot: [], timestamp: [] }, NOW)).toThrow(/Center's own key/);
  });

  test("a vendor's new keys come with its newly signed file, or not at all", () => {
    const { ceremony, next } = stage();
    ceremony.vendors.set("demo-pay", { signers: [newSigner(), newSigner()], threshold: 2 });
    const targets = { role: "targets", text: ceremony.targetsFile({ version: 2 }) };
    expect(() => next(targets)).toThrow(/demo-pay: demo-pay was signed by 0\/2/);
    expect(next(targets, { role: "demo-pay", text: ceremony.vendorFile(ONE, { version: 2 }) }).accepted).toHaveLength(2);
  });

  test("a vendor that is dropped may come back, signed by its keys of then", () => {
    const { ceremony, repository, next } = stage();
    const kept = new Map(ceremony.vendors);
    ceremony.vendors.clear();
    const { repository: without } = next({ role: "targets", text: ceremony.targetsFile({ version: 2 }) });
    expect(repository.vendors.size).toBe(1);
    ceremony.vendors = kept;
    const back = [
      { role: "targets", text: ceremony.targetsFile({ version: 3 }) },
      { role: "demo-pay", text: ceremony.vendorFile(ONE, { version: 2 }) },
    ];
    expect(judgeBundle(without, back, onlineOf(ceremony), NOW).accepted).toHaveLength(2);
  });
});

describe("targets", () => {
  test.each<[string, (signed: Record<string, unknown>) => void]>([
    ["lists a file itself", (s) => Object.assign(s, { targets: { "demo-pay/1.0.0": { length: 1, hashes: { sha256: "a" } } } })],
    [
      "lets a vendor speak of another's folder",
      (s) => Object.assign((s.delegations as { roles: object[] }).roles[0] ?? {}, { paths: ["*/*"] }),
    ],
    [
      "lets the search go on behind a vendor",
      (s) => Object.assign((s.delegations as { roles: object[] }).roles[0] ?? {}, { terminating: false }),
    ],
    [
      "names a vendor like a role of TUF",
      (s) => Object.assign((s.delegations as { roles: object[] }).roles[0] ?? {}, { name: "root", paths: ["root/*"] }),
    ],
  ])("that %s are refused, whoever signs them", (_what, change) => {
    const ceremony = new Ceremony(NOW);
    const files = [
      { role: "root", text: ceremony.rootFile() },
      { role: "targets", text: tampered(ceremony.targetsFile(), change) },
    ];
    expect(() => judgeBundle(null, files, onlineOf(ceremony), NOW)).toThrow(/^targets: /);
  });
});
