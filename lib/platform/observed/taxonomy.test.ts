import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { type Classified, taxonomy } from "./taxonomy";

const HEAD = `# Codes

What Center logs and what it refuses with, made of \`lib/platform/observed/taxonomy.ts\` (\`npx vitest run lib/platform/observed/taxonomy -u\`). A record is one line of JSON:
\`ts\`, \`level\`, \`code\`, \`class\`, \`trace_id\`, \`tenant_id\`, \`actor_id\`, \`module_id\`, \`message\`, \`attributes\`. Modules send the same to
\`POST /api/modules/signals\`, with codes of their own of the same form.

| code | class | level | runbook | meaning |
| --- | --- | --- | --- | --- |
`;
const line = ({ code, class: kind, level, runbook, meaning }: Classified) =>
  `| \`${code}\` | ${kind} | ${level} | ${runbook ?? ""} | ${meaning} |\n`;

test("docs/taxonomy.md is what the registry says", async () => {
  await expect(HEAD + taxonomy().map(line).join("")).toMatchFileSnapshot("../../../docs/taxonomy.md");
});

test("every code is classified, and what warns or informs is no error", () => {
  for (const { code, level, runbook } of taxonomy()) {
    if (code.startsWith("WARN_")) expect([code, level]).toEqual([code, "warn"]);
    if (code.startsWith("INFO_")) expect([code, level]).toEqual([code, "info"]);
    if (runbook !== null) expect([runbook, existsSync(`runbooks/${runbook}.json`)]).toEqual([runbook, true]);
  }
});
