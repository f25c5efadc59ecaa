import type { ActionName, DangerLevel } from "./types";

/** What an action is about; the page that offers it knows the rest. */
interface Subject {
  readonly incidentId: string | null;
  readonly pluginId: string | null;
}

interface RunbookAction {
  /** The governed command behind the button; null where a person acts outside of Center. */
  readonly command: string | null;
  readonly danger: DangerLevel;
  /** The dialog of the incident's own page that it opens there. */
  readonly deed?: "acknowledge" | "assign" | "escalate" | "restart" | "isolate" | "roll_back";
  /** Where the button is; null where there is none, or nothing that it could be about. */
  readonly href: (about: Subject) => string | null;
}

const onIncident = ({ incidentId }: Subject) => (incidentId ? `/incidents/${incidentId}` : null);
const onPlugin = ({ pluginId }: Subject) => (pluginId ? `/fleet/${pluginId}` : "/fleet");
const at = (path: string) => () => path;

/** Every action that a step may name. Each is a button that exists: a runbook leads to it, and never presses it. */
export const RUNBOOK_ACTIONS: Readonly<Record<ActionName, RunbookAction>> = {
  acknowledge: { command: "incident.acknowledge", danger: "D0", deed: "acknowledge", href: onIncident },
  assign: { command: "incident.assign", danger: "D0", deed: "assign", href: onIncident },
  escalate: { command: "incident.escalate", danger: "D1", deed: "escalate", href: onIncident },
  roll_back: { command: "action.order", danger: "D2", deed: "roll_back", href: onIncident },
  restart_plugin: { command: "action.order", danger: "D1", deed: "restart", href: onIncident },
  isolate_plugin: { command: "action.order", danger: "D2", deed: "isolate", href: onIncident },
  open_fleet_incidents: { command: null, danger: "D0", href: at("/incidents") },
  pause_rollouts: { command: "rollout.pause", danger: "D1", href: at("/rollouts") },
  recall_release: { command: "release.recall", danger: "D3", href: at("/rollouts") },
  safe_mode: { command: "switch.throw", danger: "D2", href: at("/safety") },
  kill_switch: { command: "switch.throw", danger: "D2", href: at("/safety") },
  emergency_rollback: { command: "emergency.rollback", danger: "D3", href: at("/safety") },
  ask_switch_off: { command: "switch.throw", danger: "D3", href: at("/safety") },
  rotate_secret: { command: "plugin.rotate-secret", danger: "D1", href: onPlugin },
  revoke_plugin: { command: "plugin.revoke", danger: "D3", href: onPlugin },
  end_sessions: { command: "session.close", danger: "D1", href: at("/people") },
  open_audit: { command: null, danger: "D0", href: at("/audit") },
  draft_postmortem: { command: "postmortem.draft", danger: "D0", href: at("/postmortems") },
  accept_restore: { command: null, danger: "D3", href: () => null },
  export_copies: { command: null, danger: "D0", href: () => null },
  rotate_secrets: { command: null, danger: "D3", href: () => null },
  look_outside: { command: null, danger: "D0", href: () => null },
  restart_database: { command: null, danger: "D3", href: () => null },
};
