import { expect, test } from "vitest";
import { INVARIANTS } from "./invariants";

const CLOSES = { route: "the route", export: "the export", writer: "all automatic healing" } as const;

function closesOf(invariant: (typeof INVARIANTS)[number]): string {
  const block = invariant.block({ object: "GET /api/x", detail: "", evidence: [] });
  return block ? CLOSES[block.kind] : "nothing";
}

const rows = INVARIANTS.map((one) => {
  const cells = [`\`${one.id}\``, one.title, one.level, one.kind, closesOf(one), one.restores ? "yes" : "no", one.remediation];
  return `| ${cells.join(" | ")} |`;
});

const PAGE = `# What the contract scanner looks at

Generated from \`lib/scanner/invariants.ts\` (\`npx vitest run lib/scanner/scanner-page -u\`). Each lint is a view of the database, \`lint_<name>\`, with the columns
\`name\`, \`level\`, \`detail\`, \`remediation\` and \`object\`; anybody who may read as \`center_reader\` can ask it. What a lint leaves out stands in \`lint_exceptions\`, with the reason.

An \`error\` opens an incident and closes at once what is named below; two people open it again. A \`warn\` is told on \`/scanner\`. \`realtime\` is looked at every
30 s by a worker (a catalog that did not change is not asked again), \`daily\` and \`weekly\` in their window; \`POST /api/cron/audit\` runs the one that is due. "Put up again" says whether the
database itself puts the wall up as migrations made it, in the same scan.

| invariant | what must hold | level | looked at | closes | put up again | what mends it |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;

test("docs/scanner.md says what is looked at", async () => {
  await expect(PAGE).toMatchFileSnapshot("../../docs/scanner.md");
});
