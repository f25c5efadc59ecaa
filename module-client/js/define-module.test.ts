import { expect, test } from "vitest";
import { defineModule } from "./define-module.mjs";
import type { ModuleDeclaration } from "./types.d.mts";

const nothing = () => null;
const job = { key: "rebuild", version: 1, level: 1 as const, dryRun: nothing, apply: nothing, rollback: nothing };
const declaration: ModuleDeclaration = {
  key: "search",
  title: "Search",
  version: "1.0.0",
  namespace: "search",
  criticality: "standard",
  flags: { fuzzy: { default: true }, exact: { default: true, critical: true } },
  quotas: { queries: { limit: 10, windowSeconds: 60 } },
  dependencies: ["catalog"],
  invariants: [{ id: "index_complete", level: 1, check: () => ({ ok: true }) }],
  repairJobs: [job],
  actions: { rebuild_index: nothing, degrade: nothing },
};

test("a declaration becomes a manifest of JSON without any function", () => {
  const { manifest, digest } = defineModule(declaration);
  expect(manifest).toEqual({
    key: "search",
    title: "Search",
    version: "1.0.0",
    namespace: "search",
    criticality: "standard",
    flags: { fuzzy: { default: true, critical: false }, exact: { default: true, critical: true } },
    quotas: { queries: { limit: 10, window_s: 60 } },
    dependencies: ["catalog"],
    invariants: [{ id: "index_complete", level: 1 }],
    repair_jobs: [{ key: "rebuild", version: 1, level: 1 }],
    actions: ["degrade", "rebuild_index"],
    snapshot: false,
  });
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test("the digest is of what is declared, not of the order in which it is", () => {
  const turned = Object.fromEntries(Object.entries(declaration).reverse()) as unknown as ModuleDeclaration;
  expect(defineModule(turned).digest).toBe(defineModule(declaration).digest);
  expect(defineModule({ ...declaration, version: "1.0.1" }).digest).not.toBe(defineModule(declaration).digest);
});

test.each([
  [{ colour: "red" }, /"colour" is nothing/],
  [{ key: "Search" }, /^defineModule: key/],
  [{ title: " " }, /title/],
  [{ version: "1.0" }, /version/],
  [{ namespace: "has-hyphen" }, /namespace/],
  [{ criticality: "vital" }, /criticality/],
  [{ flags: { fuzzy: { default: "yes" } } }, /flags.fuzzy/],
  [{ flags: { __proto__x: { default: true } } }, /no name/],
  [{ quotas: { queries: { limit: 0, windowSeconds: 60 } } }, /limit/],
  [{ dependencies: ["search"] }, /no other module/],
  [{ invariants: [{ id: "a", level: 4, check: nothing }] }, /level/],
  [{ invariants: [{ id: "a", level: 1 }] }, /check is a function/],
  [{ repairJobs: [{ ...job, rollback: undefined }] }, /rollback are functions/],
  [{ repairJobs: [job, job] }, /two share one key/],
  [{ repairJobs: [{ ...job, level: 2 }] }, /needs snapshot/],
  [{ actions: { explode: nothing } }, /explode is no action/],
  [{ actions: { restart: "now" } }, /restart is a function/],
  [{ snapshot: { take: nothing } }, /snapshot/],
])("%o is refused", (change, message) => {
  expect(() => defineModule({ ...declaration, ...change } as unknown as ModuleDeclaration)).toThrow(message);
});
