import type { ServerResponse } from "node:http";
import { expect, test, vi } from "vitest";
import { newSigner, tampered } from "@/test/signed-repository";
import { describeAgents } from "./testing/agents";
import { inSignedWorld, type SignedWorld } from "./testing/signed-world";

vi.setConfig({ testTimeout: 60_000 });

type Files = Record<string, string | ((response: ServerResponse) => void)>;

/** A transfer that never ends. */
function endless(response: ServerResponse): void {
  const more = Buffer.alloc(64 * 1024, " ");
  const pour = () => {
    while (!response.destroyed && response.write(more));
  };
  response.writeHead(200, { "content-type": "application/json" });
  response.on("drain", pour);
  pour();
}

const vendorOf = ({ ceremony }: SignedWorld) => ceremony.vendors.get("tiny")?.signers ?? [];
const listsEvil = (world: SignedWorld) => ({ "1.1.0": world.target(world.evil) });

/** What an attacker shows an agent that has seen version 2 of everything; none of it lets the attacker's bytes in. */
const ATTACKS: readonly [string, (world: SignedWorld) => Files, string][] = [
  ["rollback: everything as it was before", (world) => world.files({ listed: listsEvil(world) }), "tuf_rollback:timestamp"],
  [
    "rollback: a new snapshot with a vendor's file of before",
    (world) => world.files({ targets: 2, vendor: 1, snapshot: 3, timestamp: 3, listed: listsEvil(world) }),
    "tuf_rollback:tiny",
  ],
  [
    "rollback: a new timestamp with a snapshot of before",
    (world) => world.files({ targets: 2, vendor: 2, snapshot: 1, timestamp: 3 }),
    "tuf_rollback:snapshot",
  ],
  [
    "rollback: a snapshot that forgets the vendor",
    (world) => {
      const targets = world.ceremony.targetsFile({ version: 2 });
      const snapshot = world.ceremony.snapshotFile({ targets: { version: 2, text: targets } }, { version: 3 });
      return world.files({ targets: 2, vendor: 2, snapshot: 3, timestamp: 3, texts: { targets, snapshot } });
    },
    "tuf_rollback:tiny",
  ],
  [
    "freeze: a timestamp that has expired",
    (world) => {
      const files = world.files({ targets: 2, vendor: 2, snapshot: 2, timestamp: 2 });
      const snapshot = { version: 2, text: files["2.snapshot.json"] ?? "" };
      return { ...files, "timestamp.json": world.ceremony.timestampFile(snapshot, { version: 3, expires: world.ceremony.in(-0.001) }) };
    },
    "tuf_expired:timestamp",
  ],
  [
    "freeze: a vendor's file that has expired",
    (world) => {
      const vendor = world.ceremony.vendorFile(listsEvil(world), { version: 3, expires: world.ceremony.in(-0.001) });
      return world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, texts: { vendor } });
    },
    "tuf_expired:tiny",
  ],
  ["freeze: no timestamp at all", () => ({}), "tuf_unavailable:timestamp"],
  [
    "mix and match: another vendor's file than the snapshot speaks of",
    (world) => {
      const other = world.ceremony.vendorFile(listsEvil(world), { version: 3 });
      return { ...world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3 }), "3.tiny.json": other };
    },
    "tuf_mismatch:tiny",
  ],
  [
    "mix and match: another snapshot than the timestamp speaks of",
    (world) => {
      const other = world.files({ targets: 3, vendor: 3, snapshot: 3, listed: listsEvil(world) })["3.snapshot.json"] ?? "";
      return { ...world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3 }), "3.snapshot.json": other };
    },
    "tuf_mismatch:snapshot",
  ],
  ["endless data: the timestamp", (world) => ({ ...world.files(), "timestamp.json": endless }), "tuf_too_long:timestamp"],
  ["endless data: the next root", (world) => ({ ...world.files(), "2.root.json": endless }), "tuf_too_long:root"],
  [
    "endless data: the vendor's file",
    (world) => ({ ...world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3 }), "3.tiny.json": endless }),
    "tuf_too_long:tiny",
  ],
  [
    "key compromise below the threshold: one of two",
    (world) => {
      const vendor = world.ceremony.vendorFile(listsEvil(world), { version: 3, signers: vendorOf(world).slice(0, 1) });
      return world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, texts: { vendor } });
    },
    "tuf_unsigned:tiny",
  ],
  [
    "key compromise below the threshold: one root key, and a root of the attacker's own",
    (world) => {
      const [first] = world.ceremony.root;
      const own = [newSigner(), newSigner(), newSigner()];
      world.ceremony.root = own;
      const root = world.ceremony.rootFile({ version: 2, signers: [...own, ...(first ? [first] : [])] });
      return { ...world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, listed: listsEvil(world) }), "2.root.json": root };
    },
    "tuf_unsigned:root",
  ],
  [
    "one key counted twice: its signature twice",
    (world) => {
      const file = JSON.parse(world.ceremony.vendorFile(listsEvil(world), { version: 3, signers: vendorOf(world).slice(0, 1) }));
      const vendor = JSON.stringify({ ...file, signatures: [file.signatures[0], file.signatures[0]] });
      return world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, texts: { vendor } });
    },
    "tuf_unsigned:tiny",
  ],
  [
    "one key counted twice: under two ids",
    (world) => {
      const { ceremony } = world;
      const [key] = vendorOf(world);
      const alias = "f".repeat(64);
      const plain = JSON.parse(ceremony.targetsFile({ version: 3 })) as {
        signed: { delegations: { keys: Record<string, unknown>; roles: object[] } };
      };
      const { delegations } = plain.signed;
      delegations.keys[alias] = delegations.keys[key?.keyid ?? ""];
      delegations.roles[0] = { ...delegations.roles[0], keyids: [key?.keyid, alias] };
      const targets = ceremony.resigned(JSON.stringify(plain), ceremony.targets);
      const vendor = JSON.parse(ceremony.vendorFile(listsEvil(world), { version: 3, signers: key ? [key] : [] }));
      vendor.signatures.push({ ...vendor.signatures[0], keyid: alias });
      return world.files({ targets: 3, vendor: 3, snapshot: 3, timestamp: 3, texts: { targets, vendor: JSON.stringify(vendor) } });
    },
    "tuf_malformed:tiny",
  ],
  [
    "words changed under good signatures",
    (world) => {
      const honest = world.ceremony.vendorFile({ "1.1.0": world.target(world.good) }, { version: 3 });
      const vendor = tampered(honest, (signed) => Object.assign(signed, { targets: { "tiny/1.1.0": world.target(world.evil) } }));
      return world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, texts: { vendor } });
    },
    "tuf_unsigned:tiny",
  ],
  [
    "wrong target: bytes that are not those signed as this version",
    (world) => world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3 }),
    "wrong_target",
  ],
  [
    "older version under newer metadata: signed as 1.0.5, ordered as 1.1.0",
    (world) => {
      const listed = { "1.0.5": world.target(world.evil, "1.0.5"), "1.1.0": world.target(world.good) };
      return world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, listed });
    },
    "wrong_target",
  ],
  [
    "a version that is in no target",
    (world) => world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, listed: {} }),
    "not_in_targets",
  ],
  [
    "a version that its vendor called back",
    (world) =>
      world.files({
        targets: 2,
        vendor: 3,
        snapshot: 3,
        timestamp: 3,
        listed: { "1.1.0": world.target(world.evil, "1.1.0", { recalled: true }) },
      }),
    "recalled",
  ],
  [
    "a version that Center called back",
    (world) => world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, listed: listsEvil(world), recalled: ["tiny/1.1.0"] }),
    "recalled",
  ],
  ["no metadata but noise", (world) => ({ ...world.files(), "timestamp.json": "{}" }), "tuf_malformed:timestamp"],
  [
    "nesting without end",
    (world) => ({ ...world.files(), "timestamp.json": `{"signed":${"[".repeat(7_000)}${"]".repeat(7_000)},"signatures":[]}` }),
    "tuf_malformed:timestamp",
  ],
];

/** Center's command key, snapshot key and timestamp key in the attacker's hands: it orders and serves what it likes. */
const STOLEN: readonly [string, (world: SignedWorld) => Files, string][] = [
  [
    "a vendor's file signed by Center's keys",
    (world) => {
      const { snapshot, timestamp } = world.ceremony.online;
      const vendor = world.ceremony.vendorFile(listsEvil(world), { version: 3, signers: [snapshot, timestamp] });
      return world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, texts: { vendor } });
    },
    "tuf_unsigned:tiny",
  ],
  [
    "targets that name a vendor of its own",
    (world) => {
      const { ceremony } = world;
      ceremony.vendors.set("tiny", { signers: [newSigner()], threshold: 1 });
      const targets = ceremony.targetsFile({ version: 3, signers: [ceremony.online.snapshot] });
      return world.files({ targets: 3, vendor: 3, snapshot: 3, timestamp: 3, listed: listsEvil(world), texts: { targets } });
    },
    "tuf_unsigned:targets",
  ],
  [
    "a root of its own",
    (world) => {
      const { ceremony } = world;
      ceremony.root = [newSigner(), newSigner(), newSigner()];
      ceremony.targets = [newSigner()];
      return { ...world.files({ root: 2, targets: 3, vendor: 3, snapshot: 3, timestamp: 3, listed: listsEvil(world) }) };
    },
    "tuf_unsigned:root",
  ],
  [
    "another plugin's signed release under this one's name",
    (world) => world.files({ targets: 2, vendor: 3, snapshot: 3, timestamp: 3, listed: {} }),
    "not_in_targets",
  ],
];

describeAgents("the $name agent with a pinned root", (agent) => {
  test.concurrent.each([...ATTACKS, ...STOLEN.map(([name, ...rest]) => [`a stolen Center: ${name}`, ...rest] as const)])(
    "refuses, stores nothing and says why: %s",
    (_name, attack, reason) =>
      inSignedWorld(agent, async (world) => {
        expect(await world.show(world.files({ targets: 2, vendor: 2, snapshot: 2, timestamp: 2 }))).toBe("fail:refused:not_in_targets");
        const before = world.tree();
        world.serve(attack(world));
        expect(await world.order(world.evil)).toBe(`fail:refused:${reason}`);
        expect(world.lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: false, running_version: "1.0.0" });
        expect(world.artifactsFetched()).toEqual([]);
        expect(world.stained()).toEqual([]);
        expect(world.tree()).toEqual(before);
        expect(world.lab.filesInPlace()).toEqual(world.lab.filesOf("1.0.0"));
      }),
  );

  test.concurrent("installs what its vendor signed, and says that it takes nothing else", () =>
    inSignedWorld(agent, async (world) => {
      world.serve(world.files());
      expect(await world.order(world.good)).toBe("committed");
      expect(await world.lab.runningVersion()).toBe("1.1.0");
      expect(world.lab.center.beats.at(-1)?.capabilities).toContain("tuf");
    }));

  test.concurrent("keeps nothing of other bytes under good metadata", () =>
    inSignedWorld(agent, async (world) => {
      world.serve(world.files());
      const before = world.tree();
      world.lab.center.corrupt = (bytes) => Buffer.concat([world.evil, bytes]).subarray(0, bytes.length);
      expect(await world.order(world.good)).toBe("fail:download: digest differs");
      expect(world.tree()).toEqual(before);
      expect(await world.lab.runningVersion()).toBe("1.0.0");
    }));

  test.concurrent("fast-forward: versions counted to the end lock it up, until the next root names other keys", () =>
    inSignedWorld(agent, async (world) => {
      const far = { targets: 1, vendor: 1, snapshot: 2 ** 31, timestamp: 2 ** 31 };
      expect(await world.show(world.files(far))).toBe("fail:refused:not_in_targets");
      world.serve(world.files({ snapshot: 2, timestamp: 2 }));
      expect(await world.order(world.good)).toBe("fail:refused:tuf_rollback:timestamp");
      world.ceremony.online = { snapshot: newSigner(), timestamp: newSigner() };
      world.serve(world.files({ root: 2, snapshot: 2, timestamp: 2 }));
      expect(await world.order(world.good)).toBe("committed");
    }));

  test.concurrent("follows a root that other people sign, as long as enough of those before them agreed", () =>
    inSignedWorld(agent, async (world) => {
      const [first, second] = world.ceremony.root;
      world.ceremony.root = [newSigner(), newSigner(), newSigner()];
      world.ceremony.targets = [newSigner()];
      const signers = [...world.ceremony.root.slice(0, 2), ...(first && second ? [first, second] : [])];
      const rotated = world.ceremony.rootFile({ version: 2, signers });
      world.serve({ ...world.files({ targets: 2 }), "2.root.json": rotated });
      expect(await world.order(world.good)).toBe("committed");
    }));
});

describeAgents("the $name agent whose merchant wants people's signatures for what weighs much", (agent) => {
  test.concurrent("believes its vendor about what does, and no Center that says otherwise", () =>
    inSignedWorld(
      agent,
      async (world) => {
        const listed = { "1.1.0": world.target(world.good, "1.1.0", { impact: "high" }), "1.2.0": world.target(world.plain, "1.2.0") };
        world.serve(world.files({ listed }));
        expect(await world.order(world.good, "1.1.0", { impact: "normal" })).toBe("fail:refused:quorum");
        expect(world.artifactsFetched()).toEqual([]);
        expect(world.lab.center.beats.at(-1)?.capabilities).toContain("quorum:high_impact");
        expect(await world.order(world.plain, "1.2.0", { impact: "high" })).toBe("fail:refused:quorum");
        expect(await world.order(world.good, "1.1.0", { impact: "normal" }, ["ada@example.com", "bob@example.com"])).toBe("committed");
      },
      { quorumFor: "high_impact", approvers: ["ada@example.com", "bob@example.com"], threshold: 2 },
    ));
});
