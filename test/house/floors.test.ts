import { describe, expect, test } from "vitest";
import { compareVersions, FLOOR_RULES } from "../../scripts/house/floors.mjs";
import { judge, plantHouse } from "./planted-house";

interface Lists {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}
interface Installed {
  readonly floors: Record<string, string | string[]>;
  readonly manifest: Lists;
  readonly locked?: Lists;
  readonly copies: Record<string, { version: string; resolved?: string }>;
}

const AT_FLOOR: Installed = {
  floors: { next: "16.4.6", jose: ["4.15.9", "6.2.17"], binaries: "18.4.0-beta.17" },
  manifest: { dependencies: { next: "16.4.6", jose: "6.2.17" }, optionalDependencies: { binaries: "18.4.0-beta.17" } },
  copies: {
    "node_modules/next": { version: "16.4.6" },
    "node_modules/jose": { version: "6.3.0" },
    "node_modules/next-auth/node_modules/jose": { version: "4.15.10" },
    "node_modules/old/node_modules/jose": { version: "7.0.0" },
    "node_modules/binaries": { version: "18.4.0-beta.17" },
  },
};

function install({ floors, manifest, locked = manifest, copies }: Installed): string {
  return plantHouse({
    "scripts/house/floors.json": JSON.stringify(floors),
    "package.json": JSON.stringify(manifest),
    "package-lock.json": JSON.stringify({ packages: { "": locked, ...copies } }),
  });
}

const withCopy = (path: string, version: string, resolved?: string): Installed => ({
  ...AT_FLOOR,
  copies: { ...AT_FLOOR.copies, [path]: { version, ...(resolved ? { resolved } : {}) } },
});
const withManifest = (name: string, version: string): Installed => ({
  ...AT_FLOOR,
  manifest: { ...AT_FLOOR.manifest, devDependencies: { [name]: version } },
});

const RED: { why: string; installed: Installed; rule: keyof typeof FLOOR_RULES }[] = [
  { why: "one patch below", installed: withCopy("node_modules/next", "16.4.5"), rule: "version-floor" },
  { why: "a pre-release of the floor", installed: withCopy("node_modules/next", "16.4.6-rc.1"), rule: "version-floor" },
  { why: "an older pre-release", installed: withCopy("node_modules/binaries", "18.4.0-beta.9"), rule: "version-floor" },
  { why: "a copy that another package brought", installed: withCopy("node_modules/a/node_modules/jose", "4.15.8"), rule: "version-floor" },
  { why: "a major without a floor, between", installed: withCopy("node_modules/a/node_modules/jose", "5.9.9"), rule: "version-floor" },
  { why: "nobody uses it", installed: { ...AT_FLOOR, floors: { ...AT_FLOOR.floors, gone: "1.0.0" } }, rule: "floor-is-used" },
  ...["^5.0.0", "~5.0.0", "5", "5.0.x", ">=5.0.0", "latest", "*", "npm:other@5.0.0", "file:../a"].map((range) => ({
    why: `a range: ${range}`,
    installed: withManifest("ranged", range),
    rule: "exact-version" as const,
  })),
  { why: "the lock is behind", installed: { ...withManifest("late", "5.0.0"), locked: AT_FLOOR.manifest }, rule: "lock-in-step" },
  {
    why: "a registry",
    installed: withCopy("node_modules/b", "1.0.0", "https://registry.npmjs.org/b/-/b-1.0.0.tgz"),
    rule: "lock-without-hosts",
  },
];

describe("no dependency below its floor, all pinned", () => {
  test("at the floor is above it", () => {
    expect(judge("floors", install(AT_FLOOR))).toMatchObject({ code: 0, rows: [] });
  });

  test.each(RED)("$rule: $why", ({ installed, rule }) => {
    const { code, rows } = judge("floors", install(installed));
    expect({ code, rules: rows.map((row) => row.split("  ")[1]) }).toEqual({ code: 1, rules: [rule] });
  });

  test("every rule has a plant", () => {
    expect([...new Set(RED.map(({ rule }) => rule))].sort()).toEqual(Object.keys(FLOOR_RULES).sort());
  });

  test("versions are ordered as semver 2.0.0 orders them", () => {
    const ordered =
      "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.9 1.0.10 1.10.0 2.0.0".split(
        " ",
      );
    expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
    expect(compareVersions("1.0.0+build", "1.0.0")).toBe(0);
  });
});
