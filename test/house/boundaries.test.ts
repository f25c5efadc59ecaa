import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { HOUSE, judge, type Plan, plantHouse } from "./planted-house";

const { forbidden } = createRequire(import.meta.url)(`${HOUSE}/.dependency-cruiser.cjs`) as { forbidden: { name: string }[] };

const PACKAGE = {
  name: "planted",
  dependencies: { react: "1.0.0", postgres: "1.0.0", zod: "1.0.0" },
  devDependencies: { vitest: "1.0.0" },
};
const INSTALLED = ["react", "postgres", "zod", "vitest", "stowaway"].flatMap((name) => [
  [`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "main.js" })],
  [`node_modules/${name}/main.js`, "module.exports = {};"],
]);

/** Every arrow that the house allows, once. */
const CLEAN: Plan = {
  ...Object.fromEntries(INSTALLED),
  "package.json": JSON.stringify(PACKAGE),
  "proxy.ts": `import "@/lib/access/sessions";`,
  "app/incidents/page.tsx":
    `import { list } from "@/lib/incidents/queries"; import { Row } from "@/components/row"; import { act } from "./actions"; import "./page.css";\n` +
    `export default function Page() { return <Row list={list} act={act} />; }`,
  "app/incidents/page.css": "a { color: red }",
  "app/incidents/actions.ts": `import "@/lib/gateway/run-command"; import "@/lib/incidents/commands/close-incident"; import "@/lib/platform/clock";`,
  "app/api/cron/scan/route.ts": `import "@/lib/incidents/jobs";`,
  "app/api/plugins/heartbeat/route.ts": `import "@/lib/telemetry/adapters/accept-beat"; import "@/lib/incidents/jobs";`,
  "components/row.tsx":
    `import type { Incident } from "@/lib/incidents/types"; import type { Page } from "@/lib/incidents/queries"; import { z } from "react";\n` +
    `export function Row({ list }: { list: Page }) { return <b title="x">{z as Incident}{list}</b>; }`,
  "components/badge.tsx": `import { SEVERITIES } from "@/lib/kernel/severity"; import { STATUSES } from "@/lib/incidents/types";`,
  "db/writer.ts": `import "./connection"; export type WriterTx = string;`,
  "db/reader.ts": `import "./connection";`,
  "db/ingest.ts": `import "./connection";`,
  "db/connection.ts": `import "postgres";`,
  "db/schema/incidents.ts": `import type { Incident } from "@/lib/incidents/types";`,
  "lib/kernel/severity.ts": `import "zod"; import "./order";`,
  "lib/kernel/order.ts": `import { createHash } from "node:crypto";`,
  "lib/incidents/types.ts": `import { z } from "zod"; import "@/lib/kernel/severity"; import "@/lib/platform/limits";`,
  "lib/incidents/lifecycle.ts": `import "./types"; import "@/lib/policy/permit"; import type { Actor } from "@/lib/access/types";`,
  "lib/incidents/lifecycle.test.ts": `import "vitest"; import "./lifecycle"; import "@/test/factories"; import "@/db/writer"; import "@/db/reader";`,
  "lib/incidents/queries.ts": `import "@/db/reader"; import "@/db/schema/incidents"; import "./lifecycle"; import "@/lib/policy/permit"; import "@/lib/access/scope";`,
  "lib/incidents/commands/close-incident.ts":
    `import "@/lib/gateway/define-command"; import "@/db/schema/incidents"; import type { WriterTx } from "@/db/writer"; import "../lifecycle"; import "../types";\n` +
    `import "@/lib/policy/permit"; import "@/lib/platform/clock";`,
  "lib/incidents/jobs.ts": `import "./queries"; import "./commands/close-incident"; import "@/lib/policy/queries"; import "@/db/reader"; import "@/lib/gateway/run-command"; import "@/lib/policy/adapters/ask";`,
  "lib/policy/permit.ts": `import "./types";`,
  "lib/policy/types.ts": `import "@/lib/kernel/severity";`,
  "lib/policy/queries.ts": `import "@/db/reader";`,
  "lib/policy/adapters/ask.ts": `import "@/lib/platform/clock";`,
  "lib/telemetry/adapters/accept-beat.ts": `import "@/db/ingest";`,
  "lib/gateway/define-command.ts": `import type { WriterTx } from "@/db/writer";`,
  "lib/gateway/run-command.ts": `import { writer } from "@/db/writer"; import "@/lib/audit/append";`,
  "lib/access/types.ts": `import "zod";`,
  "lib/access/scope.ts": `import "@/db/reader"; import "@/lib/platform/scope-all";`,
  "lib/access/sessions.ts": `import "./types";`,
  "lib/audit/append.ts": `import type { WriterTx } from "@/db/writer";`,
  "lib/platform/clock.ts": `import "@/db/reader"; import "./scope-all";`,
  "lib/platform/limits.ts": "export const LIMITS = 1;",
  "lib/platform/scope-all.ts": "export const all = 1;",
  "plugin-client/js/agent.mjs": `import "node:fs"; import "./beat.mjs";`,
  "plugin-client/js/beat.mjs": "export const beat = 1;",
  "plugin-client/js/testing/lab.ts": `import "vitest"; import "../beat.mjs";`,
  "examples/shop/fleet.mjs": `import "node:fs"; import "../../plugin-client/js/agent.mjs";`,
  "scripts/entry/worker.ts": `import "@/lib/incidents/jobs"; import "@/db/connection";`,
  "test/factories.ts": `import "@/db/writer"; import "vitest"; import "@/lib/incidents/commands/close-incident";`,
};

/** [file, its one line, the rules it breaks] */
const PLANTS: readonly (readonly [string, string, ...string[]])[] = [
  ["lib/kernel/plant-area.ts", `import type { Incident } from "@/lib/incidents/types";`, "kernel-imports-nothing"],
  ["lib/kernel/plant-limits.ts", `import "@/lib/platform/limits";`, "kernel-imports-nothing"],
  ["lib/incidents/plant-schema.ts", `import { incidents } from "@/db/schema/incidents";`, "pure-without-database"],
  ["lib/incidents/rules/plant-reexport.ts", `export { incidents } from "@/db/schema/incidents";`, "pure-without-database"],
  ["lib/incidents/plant-own-queries.ts", `import "./queries";`, "pure-imports-pure"],
  ["lib/incidents/plant-own-command.ts", `import "./commands/close-incident";`, "pure-imports-pure"],
  ["lib/incidents/plant-other-queries.ts", `import "@/lib/policy/queries";`, "pure-imports-pure", "other-areas-by-their-verbs"],
  ["lib/incidents/plant-other-adapter.ts", `import "@/lib/policy/adapters/ask";`, "pure-imports-pure", "other-areas-by-their-verbs"],
  ["lib/policy/plant-other-jobs.ts", `import type { Job } from "@/lib/incidents/jobs";`, "pure-imports-pure", "other-areas-by-their-verbs"],
  ["lib/policy/plant-room.ts", `import { now } from "@/lib/platform/clock";`, "pure-imports-pure"],
  ["lib/policy/plant-import-type.ts", `export type Id = import("@/lib/access/scope").Id;`, "pure-imports-pure"],
  ["lib/incidents/plant-jobsite.ts", `import "@/lib/gateway/run-command";`, "pure-imports-pure"],
  ["lib/platform/plant-queue.ts", `import { writer } from "@/db/writer";`, "writer-in-gateway-only"],
  ["lib/incidents/jobs-plant.ts", `import("@/db/writer");`, "writer-in-gateway-only"],
  ["scripts/plant-seed.ts", `export { writer } from "@/db/writer";`, "writer-in-gateway-only"],
  ["db/plant-seed.ts", `import "./writer";`, "writer-in-gateway-only"],
  ["lib/telemetry/queries-plant.ts", `import "@/db/ingest";`, "ingest-in-telemetry-only"],
  ["lib/gateway/plant-ingest.ts", `import "@/db/ingest";`, "ingest-in-telemetry-only"],
  ["lib/incidents/adapters/plant-read.ts", `import "@/db/reader";`, "reader-in-queries-only"],
  ["lib/gateway/plant-read.ts", `import "@/db/reader";`, "reader-in-queries-only"],
  ["lib/gateway/plant-connection.ts", `import "@/db/connection";`, "connections-behind-roles"],
  ["lib/incidents/queries-plant.ts", `import "@/lib/platform/scope-all";`, "all-scope-in-platform-only"],
  ["scripts/entry/plant-scope.ts", `import "@/lib/platform/scope-all";`, "all-scope-in-platform-only"],
  [
    "app/plant-schema/page.tsx",
    `import { incidents } from "@/db/schema/incidents"; export default () => <p>{incidents}</p>;`,
    "app-without-database",
  ],
  ["app/plant-postgres/route.ts", `import postgres from "postgres";`, "app-without-database"],
  ["app/plant-job/route.ts", `import "@/lib/incidents/jobs";`, "app-without-background"],
  ["app/plant-adapter/actions.ts", `import "@/lib/policy/adapters/ask";`, "app-without-background"],
  [
    "components/plant-queries.tsx",
    `import { list } from "@/lib/incidents/queries"; export const Plant = () => <p>{list}</p>;`,
    "components-know-types-only",
  ],
  ["components/plant-verb.tsx", `import { close } from "@/lib/incidents/lifecycle";`, "components-know-types-only"],
  ["components/plant-action.tsx", `import { act } from "@/app/incidents/actions";`, "components-know-types-only"],
  ["components/plant-row.tsx", `import type { Row } from "@/db/schema/incidents";`, "components-without-server"],
  ["components/plant-postgres.tsx", `import "postgres";`, "components-without-server"],
  ["components/plant-node.tsx", `import { readFileSync } from "node:fs";`, "components-without-node"],
  ["lib/incidents/commands/plant-reader.ts", `import "@/db/reader";`, "commands-write-through-tx", "reader-in-queries-only"],
  ["lib/incidents/commands/plant-query.ts", `import { list } from "../queries";`, "commands-without-outside"],
  ["lib/policy/commands/plant-adapter.ts", `import { ask } from "../adapters/ask";`, "commands-without-outside"],
  ["lib/incidents/queries/plant-command.ts", `import "../commands/close-incident";`, "queries-only-read"],
  ["lib/policy/queries-plant.ts", `import "@/lib/gateway/run-command";`, "queries-only-read"],
  ["lib/policy/commands/plant-command.ts", `import "@/lib/incidents/commands/close-incident";`, "other-areas-by-their-verbs"],
  ["lib/gateway/plant-area.ts", `import "@/lib/incidents/queries";`, "other-areas-by-their-verbs"],
  ["lib/notify/jobs-plant.ts", `import { act } from "@/app/incidents/actions";`, "lib-without-pages"],
  ["lib/incidents/queries-page.ts", `import type { Row } from "@/components/row";`, "lib-without-pages"],
  ["lib/incidents/plant-factory.ts", `import "@/test/factories";`, "product-without-test-code"],
  ["app/plant-test/page.tsx", `import "@/lib/incidents/lifecycle.test";`, "product-without-test-code"],
  ["app/plant-agent/route.ts", `import "@/plugin-client/js/beat.mjs";`, "product-without-test-code"],
  ["lib/delivery/adapters/plant-example.ts", `import "@/examples/shop/fleet.mjs";`, "product-without-test-code"],
  ["lib/platform/plant-tool.ts", `import "vitest";`, "product-without-tools"],
  ["plugin-client/js/plant-package.mjs", `import "zod";`, "agent-stands-alone"],
  ["plugin-client/js/plant-lib.mjs", `import "../../lib/kernel/order";`, "agent-stands-alone"],
  ["module-client/js/plant-package.mjs", `import "zod";`, "module-client-stands-alone"],
  ["module-client/js/plant-lib.mjs", `import "../../lib/kernel/order";`, "module-client-stands-alone"],
  ["examples/shop/plant-package.mjs", `import "zod";`, "examples-stand-alone"],
  ["examples/shop/plant-lib.mjs", `import "../../lib/kernel/order";`, "examples-stand-alone"],
  ["lib/platform/plant-testing.ts", `import "@/plugin-client/js/testing/lab";`, "product-without-test-code"],
  ["lib/policy/plant-left.ts", `import type { Right } from "./plant-right";`, "no-circle"],
  ["lib/policy/plant-right.ts", `import type { Left } from "./plant-left";`], // a circle is told once, at its first file
  ["lib/policy/plant-missing.ts", `import "@/lib/policy/never-written";`, "no-missing-file"],
  ["lib/platform/plant-stowaway.ts", `import "stowaway";`, "no-undeclared-package"],
];

describe("data walks through the house in one direction", () => {
  test("every arrow of the picture is allowed", () => {
    expect(judge("boundaries", plantHouse(CLEAN, [".dependency-cruiser.cjs"]))).toMatchObject({ code: 0, rows: [] });
  });

  test("each planted import breaks its rule and no other", () => {
    const planted = Object.fromEntries(PLANTS.map(([path, line]) => [path, line]));
    const { code, rows } = judge("boundaries", plantHouse({ ...CLEAN, ...planted }, [".dependency-cruiser.cjs"]));
    expect(rows).toEqual(PLANTS.flatMap(([path, , ...rules]) => rules.map((rule) => `${path}  ${rule}`)).sort());
    expect(code).toBe(1);
  });

  test("every rule has a plant", () => {
    const planted = new Set(PLANTS.flatMap(([, , ...rules]) => rules));
    expect(forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });
});
