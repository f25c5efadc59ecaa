import { z } from "zod";
import { pageParameters, wordsParameter } from "@/lib/platform/web/page";

/** Orders of the fleet; a minus turns one round. `worst`: trouble first; `quiet`: longest unheard first. */
export const FLEET_SORTS = ["worst", "quiet", "-quiet", "merchant", "-merchant", "version", "-version"] as const;
export type FleetSort = (typeof FLEET_SORTS)[number];

/** As `components/fleet/presence.ts` names what a plugin's word or silence means. */
const PRESENCES = ["online", "late", "silent", "unknown"] as const;

/** What the key of an order looks like as text, so that a cursor can be compared in the database and nothing else. */
const KEYS: Readonly<Record<string, RegExp>> = {
  worst: /^\d[^\0]{0,200}$/,
  quiet: /^\d{1,16}$/,
  merchant: /^[^\0]{0,200}$/,
  version: /^\{(\d{1,9}(,\d{1,9}){0,3})?\}$/,
};

/** Place of a plugin in one of the orders: the order it belongs to, the plugin's key in it, its id. */
export interface FleetPlace {
  readonly sort: FleetSort;
  readonly key: string;
  readonly id: string;
}

const placeSchema = z.tuple([z.enum(FLEET_SORTS), z.string(), z.uuid()]);

/** The opaque text by which a caller asks for the plugins after this one. */
export function encodeFleetCursor({ sort, key, id }: FleetPlace): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString("base64url");
}

/** @returns null for a text that no page ever gave */
function decodeFleetCursor(text: string): FleetPlace | null {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
  const parsed = placeSchema.safeParse(read);
  if (!parsed.success) return null;
  const [sort, key, id] = parsed.data;
  return KEYS[sort.replace("-", "")]?.test(key) ? { sort, key, id } : null;
}

/** Filters and order of the fleet (GET /api/ops/fleet). */
export const fleetQuery = z
  .strictObject({
    limit: pageParameters.limit,
    sort: z.enum(FLEET_SORTS).default("worst"),
    status: wordsParameter(["active", "revoked"]).default(["active"]),
    presence: wordsParameter(PRESENCES).optional(),
    /** `open`: with an open incident; `person`: with one that waits for somebody. */
    incident: z.enum(["open", "person"]).optional(),
    tenant_id: z.uuid().optional(),
    plugin_key: z.string().min(1).max(128).optional(),
    /** What runs, to the letter. */
    version: z.string().min(1).max(64).optional(),
    q: z.string().min(1).max(100).optional(),
    cursor: z
      .string()
      .max(1_000)
      .transform((text, context) => {
        const place = decodeFleetCursor(text);
        if (!place) context.addIssue({ code: "custom", message: "not a cursor that a page gave" });
        return place ?? z.NEVER;
      })
      .optional(),
  })
  .refine(({ cursor, sort }) => cursor === undefined || cursor.sort === sort, { path: ["cursor"], message: "a cursor of another order" });
export type FleetQuery = z.output<typeof fleetQuery>;
