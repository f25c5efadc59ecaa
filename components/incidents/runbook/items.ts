/** A text in both languages. */
export interface BothTexts {
  readonly en: string;
  readonly fr: string;
}

interface StepBase {
  readonly id: string;
  readonly title: BothTexts;
  readonly text: BothTexts;
}

export type StepItem =
  | (StepBase & { readonly kind: "check"; readonly check: string })
  | (StepBase & {
      readonly kind: "action";
      readonly action: string;
      readonly danger: "D0" | "D1" | "D2" | "D3";
      readonly href: string | null;
    })
  | (StepBase & {
      readonly kind: "decision";
      readonly branches: readonly { readonly id: string; readonly label: BothTexts; readonly go_to: string }[];
    });

/** A runbook (GET /api/ops/runbooks). */
export interface RunbookItem {
  readonly slug: string;
  readonly version: number;
  readonly title: BothTexts;
  readonly when: BothTexts;
  readonly steps: readonly StepItem[];
}

export interface RecordItem {
  readonly id: string;
  readonly step_id: string;
  readonly outcome: string;
  readonly actor: string;
  readonly at: string;
  readonly note: string | null;
  readonly evidence: Readonly<Record<string, string | number | boolean | null>> | null;
}

/** How far somebody is in a runbook (GET /api/ops/runbooks/runs). */
export interface RunItem {
  readonly id: string;
  readonly slug: string;
  readonly incident_id: string | null;
  readonly started_by: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly current: string | null;
  readonly steps: readonly RecordItem[];
}

/** What a runbook is followed for: an incident with its plugin or its module, or nothing. */
export interface RunbookSubject {
  readonly incidentId: string | null;
  readonly pluginId: string | null;
  readonly moduleKey: string | null;
}

/** Dialogs of an incident's own page that a step opens there. */
export const DEED_OF_ACTION = {
  acknowledge: "acknowledge",
  assign: "assign",
  escalate: "escalate",
  roll_back: "roll_back",
  restart_plugin: "restart",
  isolate_plugin: "isolate",
} as const;
export type Deed = (typeof DEED_OF_ACTION)[keyof typeof DEED_OF_ACTION];

export function deedOf(action: string): Deed | null {
  return action in DEED_OF_ACTION ? DEED_OF_ACTION[action as keyof typeof DEED_OF_ACTION] : null;
}

/** What is about one plugin; about a module the same is ordered on the module's own page. */
const ON_PLUGIN: ReadonlySet<string> = new Set(["roll_back", "restart_plugin", "isolate_plugin", "rotate_secret", "revoke_plugin"]);

/** Where the button of an action is that the incident's own page does not have; null where there is none. */
export function placeOf(action: string, href: string | null, { incidentId, pluginId, moduleKey }: RunbookSubject): string | null {
  if (moduleKey !== null)
    return ON_PLUGIN.has(action) ? `/modules/${moduleKey}` : action === "open_fleet_incidents" ? "/module-incidents" : href;
  return href === "/fleet" && pluginId
    ? `/fleet/${pluginId}`
    : (href ?? (incidentId && deedOf(action) ? `/incidents/${incidentId}` : null));
}
