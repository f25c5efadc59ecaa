import { type AnyColumn, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";

/** Place of a row in a list that is newest first; ids tell rows of one instant apart. */
export interface PagePlace {
  readonly at: Date;
  readonly id: string;
}

const placeSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** The opaque text by which a caller asks for the rows after this one. */
export function encodeCursor({ at, id }: PagePlace): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString("base64url");
}

/** @returns null for a text that no page ever gave */
export function decodeCursor(text: string): PagePlace | null {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
  const parsed = placeSchema.safeParse(read);
  return parsed.success ? { at: new Date(parsed.data[0]), id: parsed.data[1] } : null;
}

/** Parameters that every list takes. */
export const pageParameters = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "a whole number")
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= LIMITS.pageSize, `1 to ${LIMITS.pageSize}`)
    .default(LIMITS.pageSizeDefault),
  cursor: z
    .string()
    .max(200)
    .transform((text, context) => {
      const place = decodeCursor(text);
      if (!place) context.addIssue({ code: "custom", message: "not a cursor that a page gave" });
      return place ?? z.NEVER;
    })
    .optional(),
} as const;

/** One instant as a filter: RFC 3339 with its offset. */
export const instantParameter = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** One or several of some words, separated by commas. */
export function wordsParameter<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(words)).min(1).max(words.length));
}

/** Text to look for anywhere in a column, its own % and _ taken literally. */
export function containsText(column: AnyColumn | SQL, text: string): SQL {
  return sql`${column} ilike ${`%${text.replace(/[\\%_]/g, "\\$&")}%`}`;
}

/** Rows of the scope's tenants. Row security says the same; saying it here lets an index that tenant_id leads be used. */
export function inTenants(column: AnyColumn, scope: TenantScope): SQL | undefined {
  return scope.kind === "set" ? inArray(column, [...scope.ids]) : undefined;
}

/** Rows after a place, newest first. */
export function afterPlace(at: AnyColumn, id: AnyColumn, place: PagePlace | undefined): SQL | undefined {
  return place && sql`(${at}, ${id}) < (${place.at.toISOString()}::timestamptz, ${place.id}::uuid)`;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/**
 * One page of rows that were asked for with one more than the limit, which tells whether there is another page.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  placeOf: (row: Row) => PagePlace,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(itemOf), next_cursor: rows.length > limit && last ? encodeCursor(placeOf(last)) : null };
}
