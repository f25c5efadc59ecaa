import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Ceremony, signedTarget } from "@/test/signed-repository";
import type { SignedTarget } from "../../../lib/delivery/tuf/compose";
import { inLab } from "./agents";
import type { AgentKind, Lab, LabOptions } from "./lab";

/** Something that no honest artifact holds, by which it is found wherever it was put. */
const MARK = "evil-bytes-of-an-attacker";

/** How a state of the repository differs from the plainest one. */
export interface World {
  /** Version of each file; 1 unless said otherwise. */
  readonly root?: number;
  readonly targets?: number;
  readonly vendor?: number;
  readonly snapshot?: number;
  readonly timestamp?: number;
  /** What the vendor lists, by version. */
  readonly listed?: Record<string, SignedTarget>;
  readonly recalled?: string[];
  /** Files in place of those that would be made. */
  readonly texts?: { readonly targets?: string; readonly vendor?: string; readonly snapshot?: string; readonly timestamp?: string };
}

/** A merchant whose agent has pinned a root, a vendor who signs, and a Center that serves whatever a case says. */
export class SignedWorld {
  readonly good: Buffer;
  readonly evil: Buffer;
  /** Another version that weighs little. */
  readonly plain: Buffer;

  constructor(
    readonly lab: Lab,
    readonly ceremony: Ceremony,
  ) {
    this.good = lab.artifact("1.1.0");
    this.plain = lab.artifact("1.2.0");
    this.evil = Buffer.concat([lab.artifact("1.1.0", "crashes at boot"), Buffer.from(MARK)]);
  }

  target(bytes: Buffer, version = "1.1.0", more: object = {}): SignedTarget {
    return signedTarget("tiny", version, createHash("sha256").update(bytes).digest("hex"), bytes.length, more);
  }

  /** All files of one state of the repository, by name, and their texts by role. */
  files({ root = 1, targets = 1, vendor = 1, snapshot = 1, timestamp = 1, listed, recalled = [], texts = {} }: World = {}) {
    const targetsText = texts.targets ?? this.ceremony.targetsFile({ version: targets });
    const vendorText = texts.vendor ?? this.ceremony.vendorFile(listed ?? { "1.1.0": this.target(this.good) }, { version: vendor });
    const meta = { targets: { version: targets, text: targetsText }, tiny: { version: vendor, text: vendorText } };
    const snapshotText = texts.snapshot ?? this.ceremony.snapshotFile(meta, { version: snapshot, recalled });
    const timestampText = texts.timestamp ?? this.ceremony.timestampFile({ version: snapshot, text: snapshotText }, { version: timestamp });
    return {
      [`${targets}.targets.json`]: targetsText,
      [`${vendor}.tiny.json`]: vendorText,
      [`${snapshot}.snapshot.json`]: snapshotText,
      "timestamp.json": timestampText,
      ...(root > 1 ? { [`${root}.root.json`]: this.ceremony.rootFile({ version: root }) } : {}),
    };
  }

  serve(files: Record<string, string | ((response: import("node:http").ServerResponse) => void)>): void {
    this.lab.center.metadata = new Map(Object.entries(files));
  }

  /** Has the agent take in what is served: it is told to install something that nobody lists. */
  async show(files: Parameters<SignedWorld["serve"]>[0]): Promise<string> {
    this.serve(files);
    return this.order(this.evil, "1.0.9");
  }

  /** Orders an update to some bytes by Center's own key, with what its plan claims and who signed it, and waits for the agent's last word on it. */
  async order(bytes: Buffer, version = "1.1.0", planned: object = {}, approvedBy: string[] = []): Promise<string> {
    const artifact = this.lab.center.offer(bytes);
    const id = this.lab.center.send({ type: "update", from_version: "1.0.0", to_version: version, artifact, planned, approvedBy });
    this.lab.onApplied(id, () => this.lab.center.send({ type: "commit", ref: id }));
    this.lab.nudge();
    return this.lab.outcomeOf(id);
  }

  /** Every file outside the agent's own state with its digest. */
  tree(): Record<string, string> {
    return Object.fromEntries(this.#files().map((path) => [relative(this.lab.dir, path), digest(path)]));
  }

  /** Files anywhere on the machine that hold an attacker's bytes. */
  stained(): string[] {
    const all = readdirSync(this.lab.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const forbidden = createHash("sha256").update(this.evil).digest("hex");
    const paths = all.map((entry) => join(entry.parentPath, entry.name));
    return paths.filter((path) => {
      const bytes = readIfThere(path);
      return bytes.includes(MARK) || createHash("sha256").update(bytes).digest("hex") === forbidden;
    });
  }

  #files(): string[] {
    const outside = /\/(state|staging)\/|\/(starts\.log|host\.json)$|\/agent\/(state|staging)\b/;
    return readdirSync(this.lab.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !outside.test(path));
  }

  /** Paths of artifacts that were asked for. */
  artifactsFetched(): string[] {
    return this.lab.center.fetched.filter((path) => path.startsWith("/api/artifacts/"));
  }
}

/** The agent goes on beating: a file that was just renamed is looked at under the name it has now. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Runs a case in a world of its own. */
export function inSignedWorld(agent: AgentKind, run: (world: SignedWorld) => Promise<void>, options: LabOptions = {}): Promise<void> {
  const ceremony = new Ceremony(new Date(), "tiny");
  return inLab(agent, { ...options, tufRoot: JSON.parse(ceremony.rootFile()) as object }, async (lab) => {
    lab.start();
    await run(new SignedWorld(lab, ceremony));
  });
}
