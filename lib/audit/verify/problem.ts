/** What is wrong with a log. */
export type ProblemKind = "missing" | "doubled" | "altered" | "tree" | "outside" | "truncated" | "root" | "checkpoint" | "ingest";

export interface Problem {
  readonly kind: ProblemKind;
  /** First bad index: the entries before it are as they were sealed. */
  readonly index: number;
  /** Where the evidence cannot say which: the fault lies before this one. Else it is the very entry. */
  readonly before: number | null;
  /** One sentence for a tired person. */
  readonly detail: string;
}

/** The problem that says most about where the log goes wrong: the one whose fault lies at or before the earliest place. */
export function firstProblem(problems: readonly (Problem | null)[]): Problem | null {
  const lastPossible = (problem: Problem) => problem.before ?? problem.index + 1;
  const found = problems.filter((problem) => problem !== null);
  return found.toSorted((a, b) => lastPossible(a) - lastPossible(b) || b.index - a.index)[0] ?? null;
}
