import type { Severity } from "@/lib/kernel/severity";
import type { ModuleFindingType } from "@/lib/modules/types";
import type { ModuleIncidentFacts } from "@/lib/notify/types";
import { plain, type TextLines } from "./plain";

/** What is wrong with a module, so that whoever is woken by it knows. */
const TROUBLE: Readonly<Record<ModuleFindingType, TextLines>> = {
  error_spike: { en: "many requests fail", fr: "de nombreuses requêtes échouent" },
  identical_errors: { en: "the same error keeps repeating", fr: "la même erreur se répète" },
  runaway_retries: { en: "the same work is tried over and over", fr: "le même travail est retenté sans fin" },
  dead_letters: { en: "work is given up for good", fr: "du travail est abandonné" },
  queue_saturation: { en: "its queue is full", fr: "sa file d'attente est pleine" },
  quota_overflow: { en: "more is used than was allowed", fr: "un quota est dépassé" },
  cross_tenant: { en: "it crossed the wall between tenants", fr: "il a franchi la cloison entre locataires" },
  perf_drift: { en: "answers are slow", fr: "les réponses sont lentes" },
  metering_anomaly: { en: "what is metered is unusual", fr: "la mesure d'usage est inhabituelle" },
  billing_anomaly: { en: "what is billed is not right", fr: "la facturation n'est pas juste" },
  database_errors: { en: "its database refuses", fr: "sa base de données refuse" },
  timeouts: { en: "answers do not come in time", fr: "les réponses n'arrivent pas à temps" },
  integration_down: { en: "a service that it needs is away", fr: "un service dont il a besoin est absent" },
  silence: { en: "it has gone silent", fr: "il ne répond plus" },
  slo_burn: { en: "its error budget is burning", fr: "son budget d'erreur se consume" },
  contract_violation: { en: "it breaks its contract", fr: "il ne respecte pas son contrat" },
  data_invalid: { en: "its data are not right", fr: "ses données ne sont pas justes" },
  restore_stale: { en: "no restore was proven lately", fr: "aucune restauration n'a été prouvée récemment" },
};

/** Which module, whose, and in what trouble. */
export function modulePlace({
  module,
  tenant_name,
  incident_type,
}: Pick<ModuleIncidentFacts, "module" | "tenant_name" | "incident_type">): TextLines {
  const whose =
    tenant_name === null ? { en: "for all tenants", fr: "pour tous les locataires" } : { en: plain(tenant_name), fr: plain(tenant_name) };
  const trouble = TROUBLE[incident_type];
  return { en: `${plain(module)} (${whose.en}): ${trouble.en}`, fr: `${plain(module)} (${whose.fr}): ${trouble.fr}` };
}

/** The same with how grave it is, after what happened to it. */
export function moduleLines(facts: ModuleIncidentFacts, gravity: Readonly<Record<Severity, TextLines>>, en: string, fr: string): TextLines {
  const [where, grave] = [modulePlace(facts), gravity[facts.severity]];
  return { en: `${en}: ${where.en} (severity ${grave.en}).`, fr: `${fr} : ${where.fr} (gravité ${grave.fr}).` };
}
