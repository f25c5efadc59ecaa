import type { IncidentType } from "@/lib/detection/types";
import type { Severity } from "@/lib/kernel/severity";
import type {
  AttemptFacts,
  FleetFacts,
  IncidentFacts,
  MetadataFacts,
  NotificationEvent,
  NotificationFacts,
  RecallFacts,
  SwitchFacts,
  TamperFacts,
  WaitingRolloutFacts,
} from "@/lib/notify/types";
import { moduleLines } from "./module-text";
import { plain, type TextLines } from "./plain";

const TROUBLE: Readonly<Record<IncidentType, TextLines>> = {
  webhook_fail_rate: { en: "webhooks are failing", fr: "des webhooks échouent" },
  errors_jump: { en: "errors have jumped", fr: "les erreurs ont bondi" },
  identical_errors: { en: "the same error keeps repeating", fr: "la même erreur se répète" },
  latency_p95: { en: "answers are slow", fr: "les réponses sont lentes" },
  queue_depth: { en: "its queue is growing", fr: "sa file d'attente s'allonge" },
  silence: { en: "it has gone silent", fr: "il ne répond plus" },
  crash_loop: { en: "it keeps crashing", fr: "il plante en boucle" },
  drift: { en: "it is not running the version it should", fr: "il n'exécute pas la version prévue" },
  novelty: { en: "an unknown error has appeared", fr: "une erreur inconnue est apparue" },
  fleet: { en: "many plugins are failing together", fr: "de nombreux plugins échouent ensemble" },
  contract_violation: { en: "it breaks its contract", fr: "il ne respecte pas son contrat" },
  slo_burn: { en: "its error budget is burning", fr: "son budget d'erreur se consume" },
};

const GRAVITY: Readonly<Record<Severity, TextLines>> = {
  low: { en: "low", fr: "faible" },
  medium: { en: "medium", fr: "moyenne" },
  high: { en: "high", fr: "élevée" },
  critical: { en: "critical", fr: "critique" },
};

function place(facts: { readonly plugin_key: string; readonly tenant_name: string }): TextLines {
  const plugin = plain(facts.plugin_key);
  const tenant = plain(facts.tenant_name);
  return { en: `${plugin} at ${tenant}`, fr: `${plugin} chez ${tenant}` };
}

function because(reason: string | null): TextLines {
  const said = reason === null ? "" : plain(reason);
  return said === "" ? { en: ".", fr: "." } : { en: `: ${said}.`, fr: ` : ${said}.` };
}

/** Which plugin is in what trouble, and how grave it is. */
export function incidentSentence(facts: IncidentFacts): TextLines {
  const where = place(facts);
  const trouble = TROUBLE[facts.incident_type];
  const gravity = GRAVITY[facts.severity];
  return {
    en: `${where.en}, ${trouble.en} (severity ${gravity.en}).`,
    fr: `${where.fr}, ${trouble.fr} (gravité ${gravity.fr}).`,
  };
}

function incidentLines(facts: IncidentFacts, en: string, fr: string): TextLines {
  const sentence = incidentSentence(facts);
  return { en: `${en}: ${sentence.en}`, fr: `${fr} : ${sentence.fr}` };
}

const UNKNOWN_VERSION: TextLines = { en: "an unknown version", fr: "une version inconnue" };

function attemptLines(facts: AttemptFacts, say: (from: TextLines, to: TextLines, where: TextLines) => TextLines): TextLines {
  const version = (value: string | null): TextLines => (value === null ? UNKNOWN_VERSION : { en: plain(value), fr: plain(value) });
  const end = because(facts.reason);
  const said = say(version(facts.from_version), version(facts.to_version), place(facts));
  return { en: `${said.en}${end.en}`, fr: `${said.fr}${end.fr}` };
}

function doneWord({ method, part_of }: AttemptFacts): TextLines {
  if (method === "rollback") return { en: "Taken back", fr: "Ramené en arrière" };
  return part_of === "incident" ? { en: "Healed", fr: "Réparé" } : { en: "Updated", fr: "Mis à jour" };
}

/** What a change that held came to: planned work and ways back heal nobody, and not each change is one of version. */
function doneLines(facts: AttemptFacts): TextLines {
  const word = doneWord(facts);
  return attemptLines(facts, (from, to, where) => {
    if (facts.method === "isolate")
      return { en: `Isolated: ${where.en}, still ${from.en}`, fr: `Isolé : ${where.fr}, toujours en ${from.fr}` };
    if (facts.method === "restart")
      return {
        en: `${word.en}: ${where.en} was restarted, still ${from.en}`,
        fr: `${word.fr} : ${where.fr} a été redémarré, toujours en ${from.fr}`,
      };
    if (facts.method === "config_update")
      return {
        en: `${word.en}: ${where.en} got other settings, still ${from.en}`,
        fr: `${word.fr} : ${where.fr} a reçu d'autres réglages, toujours en ${from.fr}`,
      };
    return {
      en: `${word.en}: ${where.en} went from ${from.en} to ${to.en}`,
      fr: `${word.fr} : ${where.fr} est passé de ${from.fr} à ${to.fr}`,
    };
  });
}

function switchLines(facts: SwitchFacts): TextLines {
  const name = plain(facts.switch);
  const scope = plain(facts.scope);
  const end = because(facts.reason);
  return {
    en: `Switch ${name} (${scope}) is now ${facts.on ? "ON" : "OFF"}, by ${plain(facts.actor)}${end.en}`,
    fr: `L'interrupteur ${name} (${scope}) est maintenant ${facts.on ? "ACTIVÉ" : "DÉSACTIVÉ"}, par ${plain(facts.actor)}${end.fr}`,
  };
}

function tamperLines({ first_bad_index, kind }: TamperFacts): TextLines {
  const what = plain(kind);
  return {
    en: `The audit log is not what was sealed: the first bad entry is ${first_bad_index ?? "unknown"} (${what}). Verify it before you trust it.`,
    fr: `Le journal d'audit n'est plus ce qui a été scellé : la première entrée fautive est ${first_bad_index ?? "inconnue"} (${what}). Vérifiez-le avant de vous y fier.`,
  };
}

function metadataLines({ role, expires_at, expired }: MetadataFacts): TextLines {
  const name = plain(role);
  const at = plain(expires_at);
  if (expired)
    return {
      en: `The signed metadata of ${name} expired at ${at}: agents with a pinned root install nothing until it is signed anew.`,
      fr: `Les métadonnées signées de ${name} ont expiré le ${at} : les agents à racine épinglée n'installent plus rien avant une nouvelle signature.`,
    };
  return {
    en: `The signed metadata of ${name} expires at ${at}: whoever holds its keys has to sign it anew before.`,
    fr: `Les métadonnées signées de ${name} expirent le ${at} : les détenteurs de ses clés doivent les signer de nouveau avant.`,
  };
}

/** Both languages form the plural of these words alike. */
const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** What many merchants have at once, and how many they are. */
export function fleetSentence({ signature, place: where, merchants, plugins, severity }: FleetFacts): TextLines {
  const trouble = Object.hasOwn(TROUBLE, signature) ? TROUBLE[signature as IncidentType] : { en: plain(signature), fr: plain(signature) };
  const gravity = GRAVITY[severity];
  const which = plain(where);
  return {
    en: `${counted(merchants, "merchant")} at once, ${trouble.en} (${counted(plugins, "plugin")}, ${which}, severity ${gravity.en}).`,
    fr: `${counted(merchants, "marchand")} à la fois, ${trouble.fr} (${counted(plugins, "plugin")}, ${which}, gravité ${gravity.fr}).`,
  };
}

function fleetLines(facts: FleetFacts, en: string, fr: string): TextLines {
  const sentence = fleetSentence(facts);
  return { en: `${en}: ${sentence.en}`, fr: `${fr} : ${sentence.fr}` };
}

function recallLines({ plugin_key, version, actor, automatic, reason }: RecallFacts): TextLines {
  const what = `${plain(plugin_key)} ${plain(version)}`;
  const end = because(reason);
  return {
    en: `Recalled: ${what} is taken back everywhere, ${automatic ? "ordered automatically" : `by ${plain(actor)}`}${end.en}`,
    fr: `Rappelé : ${what} est retiré partout, ${automatic ? "sur ordre automatique" : `par ${plain(actor)}`}${end.fr}`,
  };
}

function waitingRolloutLines({ plugin_key, version, wave }: WaitingRolloutFacts): TextLines {
  const what = `${plain(plugin_key)} ${plain(version)}`;
  return {
    en: `A person is needed: the rollout of ${what} is under suspicion and waits in wave ${wave} until somebody has looked.`,
    fr: `Une personne est requise : le déploiement de ${what} est suspect et attend à la vague ${wave} que quelqu'un l'examine.`,
  };
}

type Writers = { readonly [Event in NotificationEvent]: (facts: NotificationFacts[Event]) => TextLines };

const WRITERS: Writers = {
  "incident.opened": (facts) => incidentLines(facts, "New incident", "Nouvel incident"),
  "incident.resolved": (facts) => incidentLines(facts, "Resolved", "Résolu"),
  "incident.escalated": (facts) => incidentLines(facts, "A person is needed", "Une personne est requise"),
  "incident.approval_needed": (facts) => incidentLines(facts, "An approval is needed", "Une approbation est requise"),
  "module-incident.opened": (facts) => moduleLines(facts, GRAVITY, "New incident of a module", "Nouvel incident d'un module"),
  "module-incident.resolved": (facts) => moduleLines(facts, GRAVITY, "Resolved", "Résolu"),
  "module-incident.escalated": (facts) => moduleLines(facts, GRAVITY, "A person is needed", "Une personne est requise"),
  "attempt.success": doneLines,
  "attempt.rolled_back": (facts) =>
    attemptLines(facts, (from, to, where) => ({
      en: `Rolled back: ${where.en} left ${to.en} and runs ${from.en} again`,
      fr: `Annulé : ${where.fr} a quitté ${to.fr} et exécute de nouveau ${from.fr}`,
    })),
  "attempt.failed": (facts) =>
    attemptLines(facts, (from, to, where) => ({
      en: `Failed: ${where.en} did not go from ${from.en} to ${to.en}`,
      fr: `Échec : ${where.fr} n'est pas passé de ${from.fr} à ${to.fr}`,
    })),
  "switch.changed": switchLines,
  "audit.tampered": tamperLines,
  "metadata.expiring": metadataLines,
  "fleet.opened": (facts) => fleetLines(facts, "Fleet incident", "Incident du parc"),
  "fleet.ended": (facts) => fleetLines(facts, "Fleet incident over", "Incident du parc terminé"),
  "fleet.dissolved": (facts) => fleetLines(facts, "No common fault after all", "Finalement pas de panne commune"),
  "release.recalled": recallLines,
  "rollout.waits_for_person": waitingRolloutLines,
};

/** One line in each language, for whoever reads it on a phone at night. */
export function notificationText<Event extends NotificationEvent>(event: Event, facts: NotificationFacts[Event]): TextLines {
  return WRITERS[event](facts);
}
