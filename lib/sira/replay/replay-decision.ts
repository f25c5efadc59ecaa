import { canonicalJson, type Json } from "@/lib/kernel/canonical-json";
import { permit as permitOf } from "@/lib/policy/permit/permit";
import type { Permit, PermitInput } from "@/lib/policy/types";
import { checkDecision } from "@/lib/sira/contract/check-decision";
import { decide } from "@/lib/sira/decide";
import type { SiraModel } from "@/lib/sira/model";
import type { SiraDecision, SiraRequest } from "@/lib/sira/types";

/** A proposal and a permit as they were stored, with every input of both. */
export interface StoredDecision {
  readonly source: "local" | "remote" | "fallback";
  readonly request: SiraRequest;
  readonly decision: SiraDecision;
  readonly permitInput: PermitInput;
  readonly permit: Permit;
}

/** The first place where a replay came out otherwise. */
export interface Difference {
  /** As in `decision.evidence_for.0.weight`. */
  readonly path: string;
  readonly stored: string;
  readonly replayed: string;
}

/** Same: bit for bit. Unknown: it cannot be replayed here, and why. */
export type Replay =
  | { readonly outcome: "same"; readonly checked: readonly ("decision" | "contract" | "permit")[] }
  | { readonly outcome: "different"; readonly difference: Difference }
  | { readonly outcome: "unknown"; readonly why: string };

function membersOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
}

function textOf(value: unknown): string {
  return value === undefined ? "nothing" : canonicalJson(value as Json);
}

/** The first member, in the order of their names, in which two JSON values differ; null when they are the same to the last bit. */
export function firstDifference(stored: unknown, replayed: unknown, path: string): Difference | null {
  const [left, right] = [membersOf(stored), membersOf(replayed)];
  if (!left || !right || Array.isArray(stored) !== Array.isArray(replayed)) {
    const [before, after] = [textOf(stored), textOf(replayed)];
    return before === after ? null : { path, stored: before, replayed: after };
  }
  for (const key of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
    const difference = firstDifference(left[key], right[key], `${path}.${key}`);
    if (difference) return difference;
  }
  return null;
}

/**
 * Decides and permits again from what was stored, and compares bit for bit (numbers as their shortest exact text).
 *
 * A remote SIRA's answer cannot be made again here; it is held against the contract again instead, and its permit is replayed.
 *
 * @param model  the model named by the stored decision, or null when it is not there any more
 */
export function replayDecision(stored: StoredDecision, model: SiraModel | null): Replay {
  const checked: ("decision" | "contract" | "permit")[] = ["permit"];
  const permitDifference = firstDifference(stored.permit, permitOf(stored.permitInput), "permit");
  if (stored.source === "local") {
    if (!model) return { outcome: "unknown", why: `model ${stored.decision.model_version} is not known here` };
    const difference = firstDifference(stored.decision, decide(stored.request, model), "decision");
    if (difference) return { outcome: "different", difference };
    checked.unshift("decision");
  } else if (stored.source === "remote") {
    const contract = checkDecision(stored.request, stored.decision);
    if (!contract.ok)
      return { outcome: "different", difference: { path: "decision", stored: "inside its contract", replayed: contract.reason } };
    checked.unshift("contract");
  }
  return permitDifference ? { outcome: "different", difference: permitDifference } : { outcome: "same", checked };
}
