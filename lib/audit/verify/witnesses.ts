import type { LogIdentity } from "../checkpoint/keys";
import { type ParsedNote, parseNote, signerOf } from "../checkpoint/note";
import type { Problem } from "./problem";

/** A checkpoint as it was found somewhere, in the order of that place. */
export interface FoundCheckpoint {
  readonly where: "database" | "outside";
  readonly note: string;
  /** What the row says beside the note; none outside. */
  readonly row: { readonly size: number; readonly root: Buffer } | null;
}

/** A root that was vouched for. */
export interface Witness {
  readonly size: number;
  readonly root: Buffer;
  readonly where: FoundCheckpoint["where"];
}

type Signer = Pick<LogIdentity, "origin"> & { readonly keys: Parameters<typeof signerOf>[1] };

function isOwn(parsed: ParsedNote, { row }: FoundCheckpoint, identity: Signer): boolean {
  if (parsed.origin !== identity.origin || signerOf(parsed, identity.keys) === null) return false;
  return row === null || (row.size === parsed.size && row.root.equals(parsed.root));
}

/**
 * Judges checkpoints by themselves: each must be this log's, signed by one of its keys, and its row say the same.
 *
 * @returns the roots that are vouched for, by size, and what is wrong with the others
 */
export function readWitnesses(found: readonly FoundCheckpoint[], identity: Signer | null): { witnesses: Witness[]; problems: Problem[] } {
  const witnesses: Witness[] = [];
  const problems: Problem[] = [];
  const lastGood = { database: 0, outside: 0 };
  const known = new Map<string, Witness>();
  for (const checkpoint of found) {
    const { where, note, row } = checkpoint;
    const twin = row === null ? known.get(note) : undefined;
    const parsed = twin ? null : parseNote(note);
    const witness = twin
      ? { ...twin, where }
      : parsed && identity && isOwn(parsed, checkpoint, identity)
        ? { size: parsed.size, root: parsed.root, where }
        : null;
    if (witness) {
      known.set(note, witness);
      lastGood[where] = witness.size;
      witnesses.push(witness);
    } else {
      const size = row?.size ?? parsed?.size ?? null;
      const said = size === null ? "A checkpoint" : `The checkpoint over ${size} entries`;
      const detail = `${said} ${where === "outside" ? "outside of the database" : "in the database"} is not one that this log signed`;
      problems.push({ kind: "checkpoint", index: lastGood[where], before: Math.max(size ?? 0, lastGood[where] + 1), detail });
    }
  }
  return { witnesses: witnesses.toSorted((a, b) => a.size - b.size), problems };
}
