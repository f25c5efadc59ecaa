/** What a server action answers: done, or why not, as problem details say it. */
export type ActionAnswer = { readonly ok: true } | { readonly ok: false; readonly detail: string; readonly traceId: string | null };

/** The two actions of the page that need no dialog. */
export interface IncidentActions {
  acknowledge(incidentId: string, key: string): Promise<ActionAnswer>;
  comment(incidentId: string, text: string, key: string): Promise<ActionAnswer>;
}
