import type { ModuleIncidentItem } from "@/lib/modules/incidents/module-incident-item";

export type { ModuleIncidentItem };

export interface ModuleIncidentList {
  readonly items: readonly ModuleIncidentItem[];
  readonly next_cursor: string | null;
}

/** One incident of a module as GET /api/ops/module-incidents/:id shows it. */
export interface ShownModuleIncident extends ModuleIncidentItem {
  readonly evidence: readonly { readonly label: string; readonly value: string; readonly trace_id?: string }[];
  readonly rules: readonly string[];
  readonly timeline: readonly {
    readonly id: string;
    readonly at: string;
    readonly kind: string;
    readonly actor: string;
    readonly summary: string;
  }[];
}

/** Whether somebody or something still has to end it. */
export const isLive = ({ status }: Pick<ModuleIncidentItem, "status">) => status !== "resolved" && status !== "closed";

/** What a runbook's step asks to be opened on the incident's page, counted so that the same can be asked again; nothing is done by opening it. */
export interface AskedDeed {
  readonly deed: "acknowledge" | "assign" | "escalate";
  readonly count: number;
}
