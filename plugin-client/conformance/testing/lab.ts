import type { FakeCenter, startFakeCenter } from "../../js/testing/fake-center.mjs";

/** What both agents' smallest plugins can do, in one set of words. */
export type Trait =
  | "good"
  | "crashes at boot"
  | "never answers"
  | "answers as another version"
  | "crashes later"
  | "runs out of memory once";

export interface LabOptions extends NonNullable<Parameters<typeof startFakeCenter>[0]> {
  /** A shell command that the agent is started through, as "$@"; `$SITE` is the lab's folder, `$HOME_OF_VERSIONS` where versions are put in place. */
  readonly through?: string;
  /** PHP only: how the host runs. */
  readonly workers?: number;
  readonly isFpm?: boolean;
  readonly settings?: readonly string[];
}

export interface UpdateOptions {
  readonly trait?: Trait;
  /** Sends the commit as soon as the update was applied. */
  readonly commits?: boolean;
  readonly [field: string]: unknown;
}

/** A merchant with the tiny plugin 1.0.0, the agent beside it and a Center: everything a case may touch, the same for every agent. */
export interface Lab {
  readonly dir: string;
  readonly center: FakeCenter;
  /** Starts the agent; `killAt` has it end itself by SIGKILL at that step, once. */
  start(killAt?: string): { readonly ended: Promise<string | number> };
  /** Starts the agent and ends it by SIGKILL when the moment has come, wherever it is; resolves when it is gone. */
  startAndKill(moment: () => Promise<void>): Promise<void>;
  /** Has the agent beat at its next chance. */
  nudge(): void;
  /** Offers and commands an update 1.0.0 -> 1.1.0; gives the command's id. */
  sendUpdate(options?: UpdateOptions): string;
  onApplied(id: string, react: () => void): void;
  /** "committed" or "fail:<reason>". */
  outcomeOf(id: string): Promise<string>;
  /** An artifact of a version. */
  artifact(version: string, trait?: Trait): Buffer;
  /** From now on what "crashes later" crashes, and what runs out of memory does so once. */
  misbehave(): void;
  recover(): void;
  runningVersion(): Promise<string | null>;
  diskVersion(): string | null;
  /** The files of the version in place, by name. */
  filesInPlace(): Record<string, string>;
  /** Files with a byte in them that were staged, or belong to any version but 1.0.0. */
  leftovers(): string[];
  /** What those of a version must be. */
  filesOf(version: string, trait?: Trait): Record<string, string>;
  writeConfig(config: object): void;
  readConfig(): string | null;
  journal(): { attempt: unknown; good: string };
  close(): Promise<void>;
}

export interface AgentKind {
  readonly name: "js" | "php";
  /** Whether this machine can run it. */
  readonly isHere: boolean;
  create(options?: LabOptions): Promise<Lab>;
}
