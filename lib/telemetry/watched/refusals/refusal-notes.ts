import { clipText } from "@/lib/kernel/clip-text";
import { type AgentRoute, REASONS, type Why } from "./reasons";

/** One refusal as it is noted down: never a body, never a secret. */
export interface Refused {
  readonly pluginId: string;
  readonly route: AgentRoute;
  readonly why: Why | "unknown";
  readonly status: number;
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** How far the sender's timestamp was ahead of Center's clock, in seconds; null where that is not why. */
  readonly skewSeconds: number | null;
  readonly traceId: string;
  readonly at: Date;
}

/** The same refusal, however often it was made since notes were last taken away. */
export interface RefusalNote extends Refused {
  /** Tells this refusal from the plugin's others. */
  readonly key: string;
  readonly count: number;
  readonly firstAt: Date;
}

interface Bounds {
  /** Notes of senders who proved to be the plugin. */
  readonly proven: number;
  /** Notes of senders who did not: anybody may write these. */
  readonly unproven: number;
  /** Different notes of one plugin; what is above is noted without its paths. */
  readonly perPlugin: number;
}

const isProven = (why: Refused["why"]) => why !== "unknown" && REASONS[why].isProven;

/** The same mistake in the same places is one note, whatever its values. */
function keyOf({ route, why, errors }: Pick<Refused, "route" | "why" | "errors">): string {
  const paths = [...new Set(errors.map(({ path }) => path))].sort();
  return clipText([why, route, ...paths].join(" "), 400);
}

/**
 * Refusals that wait to be written down, in two bounded places: those of senders who proved to be the plugin, and those of anybody who
 * names it. Equal ones are counted. So a flood costs one note, and never pushes out what a plugin's own mistakes left.
 */
export class RefusalNotes {
  private proven = new Map<string, RefusalNote>();
  private unproven = new Map<string, RefusalNote>();
  private kinds = new Map<string, number>();

  constructor(private readonly bounds: Bounds) {}

  get size(): number {
    return this.proven.size + this.unproven.size;
  }

  /** @returns false when there is no room: then the refusal is not noted */
  add(refused: Refused): boolean {
    const isOwn = isProven(refused.why);
    const [place, most] = isOwn ? [this.proven, this.bounds.proven] : [this.unproven, this.bounds.unproven];
    const detailed = { ...refused, errors: isOwn ? refused.errors : [] };
    const isCrowded = (this.kinds.get(refused.pluginId) ?? 0) >= this.bounds.perPlugin;
    const known = place.has(`${refused.pluginId} ${keyOf(detailed)}`);
    const kept = isCrowded && !known ? { ...detailed, errors: [] } : detailed;
    const key = keyOf(kept);
    const id = `${refused.pluginId} ${key}`;
    const before = place.get(id);
    if (!before && place.size >= most) return false;
    if (!before && isOwn) this.kinds.set(refused.pluginId, (this.kinds.get(refused.pluginId) ?? 0) + 1);
    place.set(id, { ...kept, key, count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? refused.at });
    return true;
  }

  /** Takes all notes away, the proven ones first. */
  take(): RefusalNote[] {
    const taken = [...this.proven.values(), ...this.unproven.values()];
    this.proven = new Map();
    this.unproven = new Map();
    this.kinds = new Map();
    return taken;
  }
}
