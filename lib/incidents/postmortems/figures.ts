import type { ImpactFigures } from "./types";

/** How each figure is computed, as its readers are told; both languages. */
export const FIGURE_DEFINITIONS: Readonly<Record<keyof ImpactFigures, { readonly en: string; readonly fr: string }>> = {
  since: { en: "First beat in which the fault could be seen.", fr: "Premier battement où la panne était visible." },
  detected: { en: "When Center opened the incident.", fr: "Quand Center a ouvert l’incident." },
  mitigated: {
    en: "End of the first change that succeeded after detection; without one, when it was resolved.",
    fr: "Fin du premier changement réussi après la détection ; sans lui, la résolution.",
  },
  resolved: {
    en: "When the incident was resolved, by findings or by a person.",
    fr: "Quand l’incident fut résolu, par les constats ou par une personne.",
  },
  detect_seconds: { en: "Detected minus since.", fr: "Détection moins début." },
  mitigate_seconds: { en: "Mitigated minus since.", fr: "Atténuation moins début." },
  resolve_seconds: { en: "Resolved minus since.", fr: "Résolution moins début." },
  merchants: {
    en: "Merchants with an incident of the same fleet incident; of a module, tenants with an error of it meanwhile; else one.",
    fr: "Clients ayant un incident du même incident de parc ; pour un module, clients ayant eu une erreur de ce module ; sinon un.",
  },
  webhooks_sent: {
    en: "Rise of the plugin’s own counter between since and resolved, boot by boot; empty where it sends none.",
    fr: "Hausse du compteur du plugin entre le début et la résolution, démarrage par démarrage ; vide s’il n’en envoie pas.",
  },
  webhooks_failed: {
    en: "Rise of the counter of failed webhooks between since and resolved, boot by boot; empty where there is none.",
    fr: "Hausse du compteur de webhooks échoués entre le début et la résolution, démarrage par démarrage ; vide s’il n’y en a pas.",
  },
};

/** A plugin's counters in one beat; they rise within a boot and begin anew with the next. */
export interface CountedBeat {
  readonly bootId: string;
  readonly sent: number | null;
  readonly failed: number | null;
}

/** How much a counter rose over beats in their order: from beat to beat of one boot, never across boots. Null where no two beats carry it. */
export function riseOf(beats: readonly CountedBeat[], counter: "sent" | "failed"): number | null {
  let rise: number | null = null;
  let last: CountedBeat | null = null;
  for (const beat of beats) {
    const [before, now] = [last?.[counter] ?? null, beat[counter]];
    if (last?.bootId === beat.bootId && before !== null && now !== null) rise = (rise ?? 0) + Math.max(0, now - before);
    last = beat;
  }
  return rise;
}

interface FigureInput {
  readonly openedAt: Date;
  readonly detectedAt: Date;
  readonly resolvedAt: Date | null;
  /** Ends of changes on the plugin that succeeded. */
  readonly healedAt: readonly Date[];
  readonly merchants: number;
  /** Beats between since and resolved, oldest first, with the one before them. */
  readonly beats: readonly CountedBeat[];
}

/** The figures of an incident, as FIGURE_DEFINITIONS says. */
export function impactFigures({ openedAt, detectedAt, resolvedAt, healedAt, merchants, beats }: FigureInput): ImpactFigures {
  const healed = healedAt.filter((at) => at >= detectedAt).toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
  const mitigatedAt = healed && (!resolvedAt || healed < resolvedAt) ? healed : resolvedAt;
  const seconds = (at: Date | null) => (at ? Math.max(0, Math.round((at.getTime() - openedAt.getTime()) / 1_000)) : null);
  return {
    since: openedAt.toISOString(),
    detected: detectedAt.toISOString(),
    mitigated: mitigatedAt?.toISOString() ?? null,
    resolved: resolvedAt?.toISOString() ?? null,
    detect_seconds: seconds(detectedAt) ?? 0,
    mitigate_seconds: seconds(mitigatedAt),
    resolve_seconds: seconds(resolvedAt),
    merchants,
    webhooks_sent: riseOf(beats, "sent"),
    webhooks_failed: riseOf(beats, "failed"),
  };
}
