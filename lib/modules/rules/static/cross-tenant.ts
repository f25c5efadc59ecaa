import { z } from "zod";
import { typeOfCode } from "../code-types";
import { severityOf } from "../severity";
import { GOOD, type ModuleRule, type ModuleView, UNKNOWN } from "../types";
import { byCode, codesAsEvidence, firstSeen, lastErrors } from "../windows";

const MINUTES = 5;
const params = z.strictObject({ least: z.number().int().min(1).max(1_000) });

const isBreach = (code: string) => ["cross_tenant", "contract_violation"].includes(typeOfCode(code) ?? "");
const breaches = (view: ModuleView) => lastErrors(view, MINUTES).filter(({ code }) => isBreach(code));

/** A signal that names no tenant, or one that is not the module's own: one is enough. */
export const crossTenant: ModuleRule<typeof params> = {
  id: "cross_tenant",
  type: "cross_tenant",
  scope: "tenant",
  explain: "Signals within five minutes that break the wall between tenants: of a tenant that the module does not serve, or of nobody.",
  params,
  defaults: { least: 1 },

  judge(view, { least }) {
    const found = breaches(view);
    const count = found.reduce((sum, one) => sum + one.count, 0);
    if (count < least) return view.beat !== null || view.minutes.length > 0 ? GOOD : UNKNOWN;
    const codes = byCode(found);
    const isAcross = codes.some(({ code }) => typeOfCode(code) === "cross_tenant");
    const type = isAcross ? "cross_tenant" : "contract_violation";
    return {
      is: "bad",
      type,
      severity: severityOf(type, view.criticality),
      observedAt: firstSeen(found, view.now),
      statistic: isAcross ? "cross_tenant_signals" : "contract_violations",
      value: count,
      usual: 0,
      explain: isAcross
        ? `${view.moduleKey} spoke ${count} times within five minutes for a tenant that it does not serve.`
        : `${view.moduleKey} broke its contract ${count} times within five minutes: ${codes[0]?.code}.`,
      evidence: codesAsEvidence(found),
    };
  },

  amount: (view) => breaches(view).reduce((sum, { count }) => sum + count, 0),
};
