/** One field of a change. A side that does not have it is null; else it is text to show. */
export interface FieldChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly isChanged: boolean;
}

const DEEPEST = 4;

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

/** Fields by path, down to where a reader stops caring; lists and what lies deeper stay one value. */
function fieldsOf(value: unknown, path: string, depth: number): [string, string][] {
  if (!isGroup(value) || depth >= DEEPEST) return value === null || value === undefined ? [] : [[path, textOf(value)]];
  return Object.entries(value).flatMap(([name, member]) => fieldsOf(member, path === "" ? name : `${path}.${name}`, depth + 1));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What differs between two recorded values, the changed fields first, each group in its own order. */
export function valueDiff(before: unknown, after: unknown): FieldChange[] {
  const old = new Map(fieldsOf(before, "", 0));
  const young = new Map(fieldsOf(after, "", 0));
  const fields = [...new Set([...old.keys(), ...young.keys()])].map((path) => {
    const [was, is] = [old.get(path) ?? null, young.get(path) ?? null];
    return { path, before: was, after: is, isChanged: was !== is };
  });
  return fields.toSorted((a, b) => Number(b.isChanged) - Number(a.isChanged));
}
