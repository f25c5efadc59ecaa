import { expect, test } from "vitest";
import type { ReleaseItem, RoleItem } from "./items";
import { releasesVerdict } from "./releases-verdict";

const role = (name: string, more: Partial<RoleItem> = {}) => ({ role: name, state: "good", is_met: true, ...more }) as RoleItem;
const release = (more: Partial<ReleaseItem> = {}) => ({ signed: true, status: "published", ...more }) as ReleaseItem;

test.each([
  ["nobody established a repository", false, [], [release({ signed: false })], { kind: "none" }],
  ["all is signed and in date", true, [role("root")], [release(), release()], { kind: "good", count: 2 }],
  [
    "a role has expired, and another soon will",
    true,
    [role("root", { state: "soon" }), role("targets", { state: "expired" })],
    [],
    { kind: "expired", role: "targets" },
  ],
  [
    "a role is not signed by those who should",
    true,
    [role("root", { state: "soon" }), role("demo", { is_met: false })],
    [],
    { kind: "unmet", role: "demo" },
  ],
  ["a role expires soon", true, [role("root", { state: "soon" })], [release({ signed: false })], { kind: "soon", role: "root" }],
  ["a release lacks its vendor", true, [role("root")], [release({ signed: false }), release()], { kind: "unsigned", count: 1 }],
  ["a draft lacks nothing", true, [role("root")], [release({ signed: false, status: "draft" })], { kind: "good", count: 1 }],
] as const)("%s", (_, established, roles, releases, verdict) => {
  expect(releasesVerdict({ established, roles }, releases)).toEqual(verdict);
});
