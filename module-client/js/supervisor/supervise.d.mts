import type { Criticality, ModuleAgent, TrustKey } from "../types.d.mts";

/** What registering a module answered, and where its supervisor keeps its journal. */
export interface Settings {
  readonly key: string;
  readonly title: string;
  readonly criticality: Criticality;
  readonly version: string;
  readonly centerUrl: string;
  readonly moduleId: string;
  readonly secret: string;
  /** For the application's own signals over OTLP. */
  readonly token?: string;
  readonly pinnedKeys: readonly TrustKey[];
  readonly dir: string;
  /** Asked at every beat: below 500 is well, anything else or no answer is not. */
  readonly healthUrl?: string | null;
  readonly beatSeconds?: number;
}
export interface Supervisor {
  readonly agent: ModuleAgent;
  readonly child: { readonly pid: number | null; readonly restarts: number };
  stop(): Promise<void>;
}
export function exporterEnvironment(settings: Settings, env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv;
export function supervise(settings: Settings, command: readonly string[], log?: (text: string) => void): Supervisor;
