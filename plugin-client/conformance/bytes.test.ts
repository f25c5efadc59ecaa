import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { makeArchive } from "../js/testing/make-archive";
import { describeAgents, inLab } from "./testing/agents";
import type { Lab } from "./testing/lab";

vi.setConfig({ testTimeout: 60_000 });

const asArchive = (files: Record<string, string>) => makeArchive(Object.entries(files).map(([path, content]) => ({ path, content })));
const withEntry = (lab: Lab, entry: Parameters<typeof makeArchive>[0][number]) =>
  makeArchive([...Object.entries(lab.filesOf("1.1.0")).map(([path, content]) => ({ path, content })), entry]);

/** Artifacts that are exactly what was signed, and still must not be installed. */
const UNSOUND: readonly [string, (lab: Lab) => Buffer, RegExp][] = [
  ["no archive", () => Buffer.from("not gzip"), /^fail:bad_artifact/],
  ["a bomb", () => gzipSync(Buffer.alloc(64 * 1024 * 1024)), /^fail:bad_artifact/],
  ["a link", (lab) => withEntry(lab, { path: "link", type: "2", linkTo: "/etc/passwd" }), /^fail:bad_artifact/],
  ["a hard link", (lab) => withEntry(lab, { path: "link", type: "1", linkTo: "plugin.json" }), /^fail:bad_artifact/],
  ["a path that leaves it", (lab) => withEntry(lab, { path: "../../evil", content: "x" }), /^fail:bad_artifact/],
  ["an absolute path", (lab) => withEntry(lab, { path: "/tmp/evil", content: "x" }), /^fail:bad_artifact/],
  ["the same path twice", (lab) => withEntry(lab, { path: "plugin.json", content: "{}" }), /^fail:bad_artifact/],
  ["another version", (lab) => lab.artifact("1.1.1"), /^fail:preflight: plugin.json has another version/],
  ["no manifest", () => asArchive({ "readme.txt": "" }), /^fail:preflight: plugin.json is missing/],
  [
    "another plugin",
    (lab) => asArchive({ ...lab.filesOf("1.1.0"), "plugin.json": '{"name":"other","version":"1.1.0","main":"x"}' }),
    /^fail:preflight: plugin.json has another name/,
  ],
  [
    "no main file",
    (lab) => asArchive({ "plugin.json": lab.filesOf("1.1.0")["plugin.json"] ?? "" }),
    /^fail:preflight: plugin.json names no main file/,
  ],
];

/** Deliveries of a sound artifact that are not what was signed. */
const TAMPERED: readonly [string, (lab: Lab) => void, RegExp][] = [
  [
    "other bytes",
    ({ center }) => {
      center.corrupt = (bytes) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)));
    },
    /^fail:download: digest differs$/,
  ],
  [
    "a part of the bytes",
    ({ center }) => {
      center.corrupt = (bytes) => bytes.subarray(0, bytes.length - 1);
    },
    /^fail:download: shorter than signed$/,
  ],
  [
    "bytes without end",
    ({ center }) => {
      const more = Buffer.alloc(64 * 1024);
      center.transmit = (bytes, response) => {
        const pour = () => {
          while (!response.destroyed && response.write(more));
        };
        response.on("drain", pour);
        response.write(bytes);
        pour();
      };
    },
    /^fail:download: longer than signed$/,
  ],
  [
    "a connection that breaks",
    ({ center }) => {
      center.transmit = (bytes, response) => {
        response.write(bytes.subarray(0, 100), () => response.destroy());
      };
    },
    /^fail:download: /,
  ],
];

async function expectUntouched(lab: Lab): Promise<void> {
  expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: false, running_version: "1.0.0" });
  expect(await lab.runningVersion()).toBe("1.0.0");
  expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
  expect(lab.leftovers()).toEqual([]);
}

/** Sends half of an artifact and nothing more. @returns when that half is out */
function sendHalf({ center }: Lab): Promise<void> {
  return new Promise((resolve) => {
    center.transmit = (bytes, response) => {
      response.write(bytes.subarray(0, bytes.length >> 1), () => resolve());
    };
  });
}

describeAgents("the $name agent", (agent) => {
  test.concurrent.each(UNSOUND)("installs no artifact with %s", (_, make, outcome) =>
    inLab(agent, {}, async (lab) => {
      const id = lab.sendUpdate({ artifact: lab.center.offer(make(lab)) });
      lab.start();
      expect(await lab.outcomeOf(id)).toMatch(outcome);
      await expectUntouched(lab);
    }),
  );

  test.concurrent.each(TAMPERED)("keeps nothing of %s", (_, tamper, outcome) =>
    inLab(agent, {}, async (lab) => {
      const id = lab.sendUpdate();
      tamper(lab);
      lab.start();
      expect(await lab.outcomeOf(id)).toMatch(outcome);
      await expectUntouched(lab);
    }),
  );

  test.concurrent("keeps nothing of a download in the middle of which it is killed", () =>
    inLab(agent, {}, async (lab) => {
      const id = lab.sendUpdate();
      const half = sendHalf(lab);
      await lab.startAndKill(() => half);
      // What comes afterwards is refused, so that whatever is left was left by the first half.
      lab.center.transmit = null;
      lab.center.corrupt = (bytes) => bytes.subarray(0, bytes.length - 1);
      lab.start();
      expect(await lab.outcomeOf(id)).toMatch(/^fail:download: /);
      await expectUntouched(lab);
    }));
});
