import { randomUUID } from "node:crypto";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { makeModuleIncident, makeModuleService } from "@/test/module-service";
import { NOTHING } from "../belongings";
import { list, OPERATORS, one, READERS, type Row } from "../row";

const reason = "a test of who may";
/** Nobody here: whoever may assign learns so. */
const ASSIGNEE = "nobody@shop.test";
/** Who keeps the platform's own parts: only across all tenants, whatever the role within one. */
const KEEPERS = ["operator", "security_admin", "tenant_admin", "pay_admin"] as const;

let shared: ReturnType<typeof makeModuleService> | null = null;
/** One that no call changes. */
const standing = async () => {
  shared ??= makeModuleService([]);
  return (await shared).key;
};
const fresh = async () => (await makeModuleService([])).key;
/** One of which it is known that it has a flag. */
const flagged = async () => {
  const key = `m-${randomUUID().slice(0, 8)}`;
  const { manifest } = defineModule({
    ...{ key, title: key, version: "1.0.0", namespace: "tiny", criticality: "standard" },
    flags: { fuzzy: { default: true } },
  });
  return (await makeModuleService([], { moduleKey: key, manifest: { ...manifest } })).key;
};
/** About an action that nobody has: those of one tenant are told that modules concern everybody before anything is looked up. */
const acting = (): Row => ({
  may: OPERATORS,
  call: () => ({ params: { id: randomUUID() }, body: { reason } }),
  status: 404,
  within: 403,
  beyond: 403,
});
const keeping = (status: number, call: Row["call"], may: Row["may"] = KEEPERS): Row => ({ may, call, status, within: 403, beyond: 403 });

/** An incident of a module that a tenant has alone; of one that does not exist, an id that nobody has. */
const troubleOf = async (tenant: string) => (tenant === NOTHING.tenant ? randomUUID() : (await makeModuleIncident(tenant)).id);
const aboutTrouble = (body?: Record<string, unknown>): Row => ({
  may: body ? OPERATORS : READERS,
  call: async ({ tenant }) => ({ params: { id: await troubleOf(tenant) }, ...(body ? { body } : {}) }),
  status: 200,
  beyond: 404,
});

/** Modules are the platform's own: everybody who may look sees them, and each tenant's view only who may see that tenant. */
export const MODULES: Readonly<Record<string, Row>> = {
  "GET /api/ops/modules": list(),
  "GET /api/ops/modules/[key]": { may: READERS, call: async () => ({ params: { key: await standing() } }), status: 200, beyond: 200 },
  "GET /api/ops/slos": list(),
  "GET /api/ops/slos/[id]": {
    may: READERS,
    call: async () => ({ params: { id: `${await standing()}.tenant.error_rate` } }),
    status: 200,
    beyond: 200,
  },
  "POST /api/ops/modules": keeping(201, () => ({ body: { module_key: `m-${randomUUID().slice(0, 8)}`, title: "Table" } })),
  "POST /api/ops/modules/[key]/rotate-secret": keeping(200, async () => ({ params: { key: await standing() }, body: { reason } })),
  "POST /api/ops/modules/[key]/token": keeping(201, async () => ({ params: { key: await standing() }, body: { reason } })),
  "POST /api/ops/modules/[key]/revoke": keeping(200, async () => ({ params: { key: await fresh() }, body: { reason } })),
  "POST /api/ops/modules/[key]/actions": keeping(
    201,
    async ({ tenant }) => ({ params: { key: await fresh() }, body: { type: "ping", tenant_id: tenant, reason } }),
    OPERATORS,
  ),
  "PUT /api/ops/modules/[key]/flags": keeping(
    200,
    async ({ tenant }) => ({ params: { key: await flagged() }, body: { flag: "fuzzy", value: false, tenant_id: tenant, reason } }),
    OPERATORS,
  ),
  "POST /api/ops/tenants/[id]/entitlements": keeping(
    200,
    async ({ tenant }) => ({ params: { id: tenant }, body: { modules: { [await standing()]: true }, reason } }),
    OPERATORS,
  ),
  "GET /api/ops/module-incidents": list(),
  "GET /api/ops/module-incidents/[id]": aboutTrouble(),
  "POST /api/ops/module-incidents/[id]/acknowledge": aboutTrouble({}),
  "POST /api/ops/module-incidents/[id]/comment": aboutTrouble({ text: "seen" }),
  "POST /api/ops/module-incidents/[id]/undo": {
    ...aboutTrouble({ deed: "acknowledge" }),
    status: 409,
  },
  "POST /api/ops/module-incidents/[id]/star": {
    ...aboutTrouble({ event_id: "0190b9c6-0000-7000-8000-000000000001", starred: true }),
    status: 404,
  },
  "POST /api/ops/module-incidents/[id]/assign": {
    ...aboutTrouble(),
    may: OPERATORS,
    call: async ({ tenant }) => ({ params: { id: await troubleOf(tenant) }, body: { assignee: ASSIGNEE } }),
    ...{ status: 422, beyond: 404 },
  },
  "POST /api/ops/module-incidents/[id]/escalate": aboutTrouble({ reason }),
  "POST /api/ops/module-incidents/[id]/resolve": aboutTrouble({ reason }),
  "GET /api/ops/heal-actions": list(),
  "GET /api/ops/heal-actions/[id]": { ...one("plugin"), status: 404 },
  "POST /api/ops/heal-actions/[id]/approve": acting(),
  "POST /api/ops/heal-actions/[id]/cancel": acting(),
  "GET /api/ops/patch-plans": list(),
};
