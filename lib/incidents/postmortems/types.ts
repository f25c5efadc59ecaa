import { z } from "zod";

export const POSTMORTEM_STATUSES = ["draft", "reviewed", "published"] as const;
export type PostmortemStatus = (typeof POSTMORTEM_STATUSES)[number];

/** What people write, in the order in which it is read. */
export const SECTION_NAMES = ["summary", "impact", "root_cause", "detection", "went_well", "went_badly", "lessons"] as const;
export type SectionName = (typeof SECTION_NAMES)[number];
export type PostmortemSections = Readonly<Record<SectionName, string>>;

/** Something that somebody does so that it does not happen again, until a day. */
export const postmortemActionSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  what: z.string().trim().min(1).max(500),
  /** E-mail address of whoever does it. */
  owner: z.email().max(320),
  due_on: z.iso.date(),
  is_done: z.boolean(),
});
export type PostmortemAction = z.output<typeof postmortemActionSchema>;

/** Figures of an incident, each computed from rows as its definition says (figures.ts). Instants are RFC 3339; null where it cannot be said. */
export interface ImpactFigures {
  readonly since: string;
  readonly detected: string;
  readonly mitigated: string | null;
  readonly resolved: string | null;
  readonly detect_seconds: number;
  readonly mitigate_seconds: number | null;
  readonly resolve_seconds: number | null;
  readonly merchants: number;
  readonly webhooks_sent: number | null;
  readonly webhooks_failed: number | null;
}

interface ToldLine {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly summary: string;
}

/** A change of the plugin within the day before the fault. */
interface ContributingChange {
  readonly at: string;
  readonly method: string;
  readonly from_version: string | null;
  readonly to_version: string | null;
  readonly status: string;
  readonly requested_by: string;
}

/** Everything about a postmortem that is computed and not written. */
export interface PostmortemFacts {
  readonly computed_at: string;
  readonly figures: ImpactFigures;
  readonly timeline: readonly ToldLine[];
  /** Lines of the timeline that a part of Center wrote, starred or not. */
  readonly center_did: readonly ToldLine[];
  readonly changes: readonly ContributingChange[];
}
