import { and, desc, eq, getTableColumns, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema/notify";
import type { TenantScope } from "@/lib/access/types";
import { environment } from "@/lib/platform/env";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { afterPlace, containsText, inTenants, pageOf, pageParameters, wordsParameter } from "@/lib/platform/web/page";
import { DELIVERY_CHANNELS, DELIVERY_STATUSES, MESSAGE_EVENTS } from "../types";
import { deliveryDetail, deliveryItem } from "./delivery-item";

const deliveries = webhookDeliveries;

export const deliveriesQuery = z.strictObject({
  ...pageParameters,
  id: z.uuid().toLowerCase().optional(),
  tenant_id: z.uuid().toLowerCase().optional(),
  webhook_id: z.uuid().toLowerCase().optional(),
  incident_id: z.uuid().toLowerCase().optional(),
  status: wordsParameter(DELIVERY_STATUSES).optional(),
  event: wordsParameter(MESSAGE_EVENTS).optional(),
  channel: z.enum(DELIVERY_CHANNELS).optional(),
  /** Part of a host name or of an e-mail address. */
  to: z.string().trim().min(1).max(100).optional(),
});
export type DeliveriesQuery = z.output<typeof deliveriesQuery>;

const { body: _body, subject: _subject, linkId: _linkId, scheduleFrom: _scheduleFrom, ...listed } = getTableColumns(deliveries);

/** The host of an address, as it is looked for: its path may be a secret of its receiver. */
const host = sql`split_part(split_part(${webhookEndpoints.url}, '://', 2), '/', 1)`;

/** A message stays on record after its address is gone, and one by e-mail never had any. */
const sameEndpoint = and(eq(webhookEndpoints.tenantId, deliveries.tenantId), eq(webhookEndpoints.id, deliveries.endpointId));

function matching(scope: TenantScope, query: DeliveriesQuery) {
  const is = (column: Parameters<typeof eq>[0], value: string | undefined) => (value === undefined ? undefined : eq(column, value));
  return and(
    inTenants(deliveries.tenantId, scope),
    is(deliveries.id, query.id),
    is(deliveries.tenantId, query.tenant_id),
    is(deliveries.endpointId, query.webhook_id),
    is(deliveries.incidentId, query.incident_id),
    query.status === undefined ? undefined : inArray(deliveries.status, query.status),
    query.event === undefined ? undefined : inArray(deliveries.event, query.event),
    is(deliveries.channel, query.channel),
    query.to === undefined ? undefined : containsText(sql`coalesce(${deliveries.recipient}, ${host})`, query.to),
    afterPlace(deliveries.createdAt, deliveries.id, query.cursor),
  );
}

const readRows = (tx: ReaderTx, scope: TenantScope, query: DeliveriesQuery) =>
  tx
    .select({ ...listed, url: webhookEndpoints.url })
    .from(deliveries)
    .leftJoin(webhookEndpoints, sameEndpoint)
    .where(matching(scope, query))
    .orderBy(sql`${deliveries.createdAt} desc nulls last`, sql`${deliveries.id} desc nulls last`)
    .limit(query.limit + 1);

/** What was sent to whom, and what became of it, newest first, within a scope. */
export async function listDeliveries(scope: TenantScope, query: DeliveriesQuery) {
  const rows = await read(scope, (tx) => readRows(tx, scope, query));
  return pageOf(rows, query.limit, deliveryItem, (row) => ({ at: row.createdAt, id: row.id }));
}

/** One message with its text and headers; null where there is none within the scope. */
export async function readDelivery(scope: TenantScope, id: string) {
  const [row] = await read(scope, (tx) =>
    tx
      .select({ ...getTableColumns(deliveries), url: webhookEndpoints.url })
      .from(deliveries)
      .leftJoin(webhookEndpoints, sameEndpoint)
      .where(and(inTenants(deliveries.tenantId, scope), eq(deliveries.id, id)))
      .orderBy(desc(deliveries.createdAt))
      .limit(1),
  );
  return row ? deliveryDetail(row, environment().mail?.from ?? null) : null;
}
