import type { Severity } from "@/lib/kernel/severity";

/**
 * What many merchants that fall ill at once have in common.
 *
 * shared   a platform, gateway or host: nothing that is done at one shop can mend it, so nothing is done there while it lasts
 * version  one version of one plugin: each shop can be mended by itself, under the same caps as ever; it is only told as one
 */
export const FLEET_KINDS = ["shared", "version"] as const;
export type FleetKind = (typeof FLEET_KINDS)[number];

/** open: it is going on. ended: few enough are left. dissolved: a person said that it is no common fault. */
export const FLEET_STATUSES = ["open", "ended", "dissolved"] as const;

/** Which plugins a fleet incident is about: signature × version × cohort. */
export interface FleetPlace {
  /** The rule that found it. */
  readonly signature: string;
  /** Null: whatever runs. */
  readonly build: { readonly pluginKey: string; readonly version: string } | null;
  /** `all`, `platform <name> <version>` or `runtime <runtime>`, as the plugins say of themselves. */
  readonly cohort: string;
}

/** What a plugin is, as far as it may share a fault with others. */
export interface Kin {
  readonly pluginKey: string;
  readonly version: string;
  /** Name and version of the shop system; empty where the plugin does not say. */
  readonly platform: string;
  readonly runtime: string;
}

/** An incident that is not over and may be one of many. */
export interface Suspect extends Kin {
  readonly id: string;
  readonly tenantId: string;
  readonly signature: string;
  readonly severity: Severity;
  /** When this bout of it was noticed. */
  readonly noticedAt: Date;
  /** Whether the version that runs had shown here before that it runs well: then it is hardly to blame. */
  readonly isProven: boolean;
  /** The fleet incident that it belongs to, while that is open. */
  readonly fleetId: string | null;
}

/** How many active plugins of one kin there are. */
export interface KinCount extends Kin {
  readonly plugins: number;
}

/** A fleet incident that is open. */
export interface LiveFleet extends FleetPlace {
  readonly id: string;
  readonly kind: FleetKind;
  /** When its first member was noticed. */
  readonly since: Date;
  /** When it last took somebody in. */
  readonly joinedAt: Date;
  /** The most members it ever had. */
  readonly most: number;
  /** Members whose incident is neither over nor in a person's hands. */
  readonly left: number;
}

/** What is to be done. Members that belong to another fleet incident so far change over. */
export type FleetAction =
  | {
      readonly do: "open";
      readonly kind: FleetKind;
      readonly place: FleetPlace;
      readonly members: readonly Suspect[];
      /** How many active plugins there are in the place. */
      readonly reach: number;
    }
  | { readonly do: "join"; readonly fleetId: string; readonly kind: FleetKind; readonly members: readonly Suspect[] }
  | { readonly do: "end"; readonly fleetId: string };
