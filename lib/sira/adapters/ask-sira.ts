import { environment } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { checkDecision } from "../contract/check-decision";
import { missingInputs } from "../contract/missing-inputs";
import { decide } from "../decide";
import type { SiraModel } from "../model";
import type { SiraDecision, SiraRequest } from "../types";
import { askRemoteSira } from "./remote-sira";

/** A proposal and where it came from; `isTrusted` is false when SIRA failed, and then only people are told. */
export interface Proposal {
  readonly decision: SiraDecision;
  readonly source: "local" | "remote" | "fallback";
  readonly isTrusted: boolean;
}

/** What stands in for an answer that did not come or may not be used: tell people, propose nothing. */
function fallback(reason: string): Proposal {
  const decision: SiraDecision = {
    action: "notify",
    confidence: 0,
    propensity: 1,
    evidence_for: [],
    evidence_against: [{ fact: `SIRA gave no usable answer: ${reason}`.slice(0, 300), weight: 0 }],
    model_version: "fallback",
  };
  return { decision, source: "fallback", isTrusted: false };
}

/** An answer to an incomplete question is a suggestion, whoever gave it, and says why. */
function weakened(proposal: Proposal, gaps: readonly string[]): Proposal {
  if (gaps.length === 0) return proposal;
  const missing = { fact: `suggested only: ${gaps.join("; ")}`.slice(0, 300), weight: 0 };
  const evidence_against = [missing, ...proposal.decision.evidence_against].slice(0, 20);
  // Ours can be replayed bit for bit, so what is stored of it stays as it is; policy shows the gate.
  if (proposal.source === "local") return { ...proposal, isTrusted: false };
  return { ...proposal, decision: { ...proposal.decision, evidence_against }, isTrusted: false };
}

/** Asks SIRA, ours with the model in force or the one at SIRA_API_URL, and lets nothing through that does not belong to the question. */
export async function askSira(request: SiraRequest, model: SiraModel): Promise<Proposal> {
  const { sira } = environment();
  const gaps = missingInputs(request);
  if (!sira) {
    const checked = checkDecision(request, decide(request, model));
    return checked.ok ? weakened({ decision: checked.decision, source: "local", isTrusted: true }, gaps) : fallback(checked.reason);
  }
  const answer = await askRemoteSira(request, { url: sira.url, token: sira.token });
  if (answer.ok) return weakened({ decision: answer.decision, source: "remote", isTrusted: true }, gaps);
  log.warn("WARN_SIRA_FALLBACK", `SIRA gave no usable answer: ${answer.reason}`, { tenant_id: request.incident.tenant_id });
  return fallback(answer.reason);
}
