import { RUNBOOK_ACTIONS } from "@/lib/runbooks/actions";
import { RUNBOOKS } from "@/lib/runbooks/catalogue";
import type { Runbook, RunbookStep } from "@/lib/runbooks/types";

const HEAD = `# Runbooks

What people do when Center does not mend it by itself. Made from the files in \`runbooks/\` by \`npx vitest run lib/runbooks -u\`; the same steps stand in
the product, at an incident and on the page _Runbooks_, where progress is kept: who did which step when, and what a check found. A **check** is looked up by
Center and kept as evidence. An **action** opens a button that exists, with its danger level, and is never pressed by the runbook. A **decision** says how to go on.

| level | means                                                   |
| ----- | ------------------------------------------------------- |
| D0    | harmless: a tap that the next one undoes                |
| D1    | a short interruption: one dialog that says what happens |
| D2    | one merchant: a reason of ten characters                |
| D3    | wide or final: typed, a second factor, a second person  |

Print it: when the database is away, no page loads.
`;

function placeOf(runbook: Runbook, id: string): string {
  return id === "end" ? "the end" : `step ${runbook.steps.findIndex((step) => step.id === id) + 1}`;
}

function stepLines(runbook: Runbook, step: RunbookStep, number: number): string {
  const lines = [`${number}. **${step.title.en}** / _${step.title.fr}_`];
  if (step.kind === "check") lines.push(`check \`${step.check}\`${step.parameters ? ` ${JSON.stringify(step.parameters)}` : ""}`);
  if (step.kind === "action") {
    const { command, danger } = RUNBOOK_ACTIONS[step.action];
    lines.push(`action \`${step.action}\`, ${danger}${command ? `, command \`${command}\`` : ", by hand or by looking"}`);
  }
  lines.push(step.text.en, `_${step.text.fr}_`);
  if (step.kind === "decision") {
    for (const { label, go_to } of step.branches) lines.push(`- ${label.en} / _${label.fr}_ → ${placeOf(runbook, go_to)}`);
  } else if (step.then) lines.push(`then ${placeOf(runbook, step.then)}`);
  return lines.map((line, at) => (at === 0 ? line : `   ${line}`)).join("\n\n");
}

/** docs/RELIABILITY_RUNBOOKS.md: every runbook with both of its languages. */
export function writeDocument(): string {
  const chapters = RUNBOOKS.map((runbook) => {
    const { title, when, incident_types, modules, slug, version, steps } = runbook;
    const opens = [...incident_types.map((type) => `\`${type}\``), ...modules.map((key) => `module \`${key}\``)].join(", ");
    return [
      `## ${title.en}`,
      `_${title.fr}_ · \`${slug}\`, version ${version}${opens ? ` · opened by ${opens}` : ""}`,
      `${when.en}\n\n_${when.fr}_`,
      ...steps.map((step, index) => stepLines(runbook, step, index + 1)),
    ].join("\n\n");
  });
  return `${HEAD}\n${chapters.join("\n\n")}\n`;
}
