import type { FleetPlace, Kin, KinCount, Suspect } from "@/lib/incidents/fleet/types";

export const EVERYBODY = "all";

/** The cohorts that a plugin is of, by its own word. */
function cohortsOf({ platform, runtime }: Kin): string[] {
  return [...(platform === "" ? [] : [`platform ${platform}`]), ...(runtime === "" ? [] : [`runtime ${runtime}`])];
}

/** Whether a plugin lies within a place, whatever its signature. */
export function isWithin({ build, cohort }: Pick<FleetPlace, "build" | "cohort">, kin: Kin): boolean {
  const isBuild = build === null || (build.pluginKey === kin.pluginKey && build.version === kin.version);
  return isBuild && (cohort === EVERYBODY || cohortsOf(kin).includes(cohort));
}

/** Every cohort that any of these is of, the whole fleet first. */
function cohortsAmong(suspects: readonly Suspect[]): string[] {
  return [EVERYBODY, ...[...new Set(suspects.flatMap(cohortsOf))].toSorted()];
}

/** The builds that these run, those with most of them first. */
function buildsAmong(suspects: readonly Suspect[]): { pluginKey: string; version: string }[] {
  const counted = new Map<string, { pluginKey: string; version: string; count: number }>();
  for (const { pluginKey, version } of suspects) {
    const name = `${pluginKey}\n${version}`;
    counted.set(name, { pluginKey, version, count: (counted.get(name)?.count ?? 0) + 1 });
  }
  const order = [...counted].toSorted(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
  return order.map(([, { pluginKey, version }]) => ({ pluginKey, version }));
}

/** Where the cause of what these have may lie whatever they run, the widest first. */
export function sharedPlaces(signature: string, suspects: readonly Suspect[]): FleetPlace[] {
  return cohortsAmong(suspects).map((cohort) => ({ signature, build: null, cohort }));
}

/** Where it may lie when a version is to blame, the widest of each first. */
export function versionPlaces(signature: string, suspects: readonly Suspect[]): FleetPlace[] {
  const cohorts = cohortsAmong(suspects);
  return buildsAmong(suspects).flatMap((build) => cohorts.map((cohort) => ({ signature, build, cohort })));
}

export function pluginsWithin(place: FleetPlace, kin: readonly KinCount[]): number {
  return kin.reduce((sum, one) => sum + (isWithin(place, one) ? one.plugins : 0), 0);
}

/**
 * The same place by a narrower name, where one cohort holds every one of its sick and at most half of its plugins: then that
 * is what they have in common.
 */
export function sharpened(place: FleetPlace, sick: readonly Suspect[], kin: readonly KinCount[]): FleetPlace {
  const reach = pluginsWithin(place, kin);
  const narrower = cohortsAmong(sick)
    .map((cohort) => ({ ...place, cohort }))
    .filter((one) => pluginsWithin(one, kin) * 2 <= reach && sick.every((suspect) => isWithin(one, suspect)));
  return narrower.toSorted((a, b) => pluginsWithin(a, kin) - pluginsWithin(b, kin))[0] ?? place;
}
