"use client";

import { useTranslations } from "next-intl";
import { FiguresTable } from "../sira/figures-table";
import { Card } from "../ui/card";
import { RelativeTime } from "../ui/relative-time";
import type { OrderItem, ShownModule, TenantView } from "./items";

/** What the module watches over itself, the broken first. */
export function ChecksCard({ checks }: Pick<ShownModule, "checks">) {
  const t = useTranslations("modules");
  const sorted = checks.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  return (
    <Card labelId="checks" title={t("checks")}>
      {sorted.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("noChecks")}</p>
      ) : (
        <FiguresTable
          isStacked
          isWords
          caption={t("checks")}
          heads={[t("check"), t("state"), t("detail")]}
          rows={sorted.map(({ id, ok, detail }) => ({ key: id, cells: [id, t(ok ? "holds" : "broken"), detail || "–"] }))}
        />
      )}
    </Card>
  );
}

/** Who may use the module, and how it works for them. */
export function TenantsCard({ tenants }: { tenants: readonly TenantView[] }) {
  const t = useTranslations("modules");
  return (
    <Card labelId="tenants" title={t("tenants")}>
      <FiguresTable
        isStacked
        isWords
        caption={t("tenants")}
        heads={[t("tenant"), t("isEntitled"), t("mode"), t("since"), t("why")]}
        rows={tenants.map((one) => ({
          key: one.tenant_id,
          cells: [
            one.tenant_name,
            t(one.is_entitled ? "yes" : "no"),
            t(`modes.${one.mode}`),
            one.mode_since ? <RelativeTime key="since" at={one.mode_since} /> : "–",
            one.mode_reason ?? "–",
          ],
        }))}
      />
    </Card>
  );
}

interface OrdersCardProps {
  readonly orders: readonly OrderItem[];
  readonly tenants: readonly TenantView[];
}

/** What the module was ordered to do, the newest first, and how each order ended. */
export function OrdersCard({ orders, tenants }: OrdersCardProps) {
  const t = useTranslations("modules");
  const nameOf = (id: string | null) => (id === null ? t("allTenants") : (tenants.find((one) => one.tenant_id === id)?.tenant_name ?? id));
  return (
    <Card labelId="orders" title={t("orders")}>
      {orders.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("noOrders")}</p>
      ) : (
        <FiguresTable
          isStacked
          isWords
          caption={t("orders")}
          heads={[t("order"), t("scope"), t("status"), t("why"), t("by"), t("at"), t("end")]}
          rows={orders.map((order) => ({
            key: order.id,
            cells: [
              <span key="type" className="font-mono">
                {order.type}
              </span>,
              nameOf(order.tenant_id),
              t(`statuses.${order.status}`),
              order.detail || order.reason || "–",
              order.requested_by ?? "–",
              <RelativeTime key="at" at={order.created_at} />,
              order.finished_at ? <RelativeTime key="end" at={order.finished_at} /> : "–",
            ],
          }))}
        />
      )}
    </Card>
  );
}
