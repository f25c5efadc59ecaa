import { EVERYBODY, isWithin, pluginsWithin, sharedPlaces, sharpened, versionPlaces } from "@/lib/incidents/fleet/fleet-places";
import {
  FLEET_KINDS,
  type FleetAction,
  type FleetKind,
  type FleetPlace,
  type KinCount,
  type LiveFleet,
  type Suspect,
} from "@/lib/incidents/fleet/types";
import { LIMITS } from "@/lib/platform/limits";

export interface FleetRules {
  /** Merchants that make a fault a common one. */
  readonly merchants: number;
  /** Share of the plugins in a place that has to be sick, 0..1. */
  readonly share: number;
  /** Within how long of each other they fall ill; also how long nobody may have joined before a half-empty one ends. */
  readonly windowSeconds: number;
  /** Share of its members, 0..1, at which one ends at once. */
  readonly endShare: number;
}

const RULES: FleetRules = {
  merchants: LIMITS.fleetMerchants,
  share: LIMITS.fleetShare,
  windowSeconds: LIMITS.fleetWindowSeconds,
  endShare: LIMITS.fleetEndShare,
};

/** Found at whoever is not heard: an agent outlives the version beside it, so its silence is never that version's doing. */
const NEVER_THE_VERSION: ReadonlySet<string> = new Set(["silence"]);
/** Fewer sick of one build say nothing about it. */
const TELLING = 2;

export interface FleetInput {
  readonly suspects: readonly Suspect[];
  /** The active plugins by what they are. */
  readonly kin: readonly KinCount[];
  readonly live: readonly LiveFleet[];
  /** Places of which a person said lately that there is no common fault. */
  readonly barred: readonly FleetPlace[];
  readonly now: Date;
  readonly rules?: FleetRules;
}

const merchantsOf = (suspects: readonly Suspect[]) => new Set(suspects.map(({ tenantId }) => tenantId)).size;

/** Whether the sick of a place are too many, and of too many merchants, to be each their own. */
function isMany(place: FleetPlace, sick: readonly Suspect[], kin: readonly KinCount[], rules: FleetRules): boolean {
  return merchantsOf(sick) >= rules.merchants && sick.length >= rules.share * Math.max(pluginsWithin(place, kin), 1);
}

/**
 * Whether the version is not what the sick have in common: nobody is heard, most of them ran this very version well before,
 * or at least two builds are about equally sick.
 */
function isUpstream(place: FleetPlace, sick: readonly Suspect[], kin: readonly KinCount[]): boolean {
  if (NEVER_THE_VERSION.has(place.signature)) return true;
  if (sick.filter(({ isProven }) => isProven).length * 2 > sick.length) return true;
  const shares = versionPlaces(place.signature, sick)
    .filter(({ cohort }) => cohort === EVERYBODY)
    .map(({ build }) => ({ ...place, build }))
    .map((one) => ({ sick: sick.filter((suspect) => isWithin(one, suspect)).length, plugins: pluginsWithin(one, kin) }))
    .filter(({ sick: count }) => count >= TELLING)
    .map(({ sick: count, plugins }) => count / Math.max(count, plugins))
    .toSorted((a, b) => b - a);
  const [most = 0, next = 0] = shares;
  return next > 0 && next * 2 >= most;
}

/** Cohorts left aside: whoever says of a version that it is no common fault says so of each part of it. */
const nameOf = ({ signature, build }: FleetPlace) => JSON.stringify([signature, build?.pluginKey, build?.version]);

/** Suspects on the way through the grouping: whoever was placed is out of it. */
class Waiting {
  constructor(
    private suspects: readonly Suspect[],
    private readonly freshSince: number,
  ) {}

  within(place: FleetPlace): Suspect[] {
    return this.suspects.filter((suspect) => suspect.signature === place.signature && isWithin(place, suspect));
  }

  /** Those of whom something new may begin: ill since a short while, or told as one with others already. */
  fresh(signature: string): Suspect[] {
    return this.suspects.filter(
      (suspect) => suspect.signature === signature && (suspect.fleetId !== null || suspect.noticedAt.getTime() >= this.freshSince),
    );
  }

  take(placed: readonly Suspect[]): void {
    const ids = new Set(placed.map(({ id }) => id));
    this.suspects = this.suspects.filter(({ id }) => !ids.has(id));
  }
}

/** Who falls ill where a fleet incident is open belongs to it; whoever was ill long before it has a fault of their own. */
function join(fleet: LiveFleet, waiting: Waiting, rules: FleetRules): FleetAction[] {
  const from = fleet.since.getTime() - rules.windowSeconds * 1_000;
  const placed = waiting.within(fleet).filter(({ noticedAt, fleetId }) => fleetId === fleet.id || noticedAt.getTime() >= from);
  waiting.take(placed);
  const members = placed.filter(({ fleetId }) => fleetId !== fleet.id);
  return members.length === 0 ? [] : [{ do: "join", fleetId: fleet.id, kind: fleet.kind, members }];
}

/** Opens what the sick of one signature have in common, place by place, until too few are left. */
function open(signature: string, kind: FleetKind, waiting: Waiting, input: FleetInput, rules: FleetRules): FleetAction[] {
  if (kind === "version" && NEVER_THE_VERSION.has(signature)) return [];
  const barred = new Set(input.barred.map(nameOf));
  const opened: FleetAction[] = [];
  const places = kind === "shared" ? sharedPlaces : versionPlaces;
  for (const wide of places(signature, waiting.fresh(signature))) {
    if (barred.has(nameOf(wide))) continue;
    const sick = waiting.fresh(signature).filter((suspect) => isWithin(wide, suspect));
    if (!isMany(wide, sick, input.kin, rules)) continue;
    if (kind === "shared" && !isUpstream(wide, sick, input.kin)) continue;
    const place = sharpened(wide, sick, input.kin);
    waiting.take(sick);
    opened.push({ do: "open", kind, place, members: sick, reach: pluginsWithin(place, input.kin) });
  }
  return opened;
}

/** One ends when hardly anybody is left, or when half are and it has taken nobody in for a while. */
function isOver(fleet: LiveFleet, left: number, hasJoined: boolean, now: Date, rules: FleetRules): boolean {
  if (left <= rules.endShare * fleet.most) return true;
  const isQuiet = !hasJoined && now.getTime() - fleet.joinedAt.getTime() >= rules.windowSeconds * 1_000;
  return isQuiet && left * 2 <= fleet.most;
}

function endings(input: FleetInput, actions: readonly FleetAction[], rules: FleetRules): FleetAction[] {
  const moved = actions.flatMap((action) => (action.do === "end" ? [] : action.members));
  return input.live.flatMap((fleet): FleetAction[] => {
    const joined = actions.find((action) => action.do === "join" && action.fleetId === fleet.id);
    const gained = joined?.do === "join" ? joined.members.length : 0;
    const lost = moved.filter(({ fleetId }) => fleetId === fleet.id).length;
    return isOver(fleet, fleet.left + gained - lost, gained > 0, input.now, rules) ? [{ do: "end", fleetId: fleet.id }] : [];
  });
}

/**
 * Tells what many merchants have at once from what each has by itself: at most one fleet incident for each signature, version
 * and cohort.
 *
 * Where two explanations fit, the one that lets less happen wins: what every version has is looked for before what one version
 * has, and takes over the members of a fleet incident that blamed a version. Somebody whose incident was noticed long before,
 * or by another rule, keeps it to themselves.
 *
 * @returns each suspect is in at most one action; a fleet incident that is ended is not joined
 */
export function groupFleet(input: FleetInput): FleetAction[] {
  const rules = input.rules ?? RULES;
  const waiting = new Waiting(input.suspects, input.now.getTime() - rules.windowSeconds * 1_000);
  const signatures = [...new Set(input.suspects.map(({ signature }) => signature))].toSorted();
  const actions = FLEET_KINDS.flatMap((kind) => [
    ...input.live.filter((fleet) => fleet.kind === kind).flatMap((fleet) => join(fleet, waiting, rules)),
    ...signatures.flatMap((signature) => open(signature, kind, waiting, input, rules)),
  ]);
  const over = endings(input, actions, rules);
  const ended = new Set(over.flatMap((action) => (action.do === "end" ? [action.fleetId] : [])));
  return [...actions.filter((action) => action.do !== "join" || !ended.has(action.fleetId)), ...over];
}
