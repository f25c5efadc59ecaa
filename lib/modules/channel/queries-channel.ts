import { scopeFor } from "@/lib/access/system-actor";
import { readOften } from "@/lib/platform/scope";

/** What the answer to a module's beat depends on. */
export interface Attention {
  /** The manifest that Center knows; null when it knows none. */
  readonly manifestDigest: string | null;
  readonly hasOrders: boolean;
  /** Tenants that may use the module, where it is not the core. */
  readonly entitled: readonly string[];
}

const ATTENTION = `
select s.manifest_digest as "manifestDigest",
  exists (select 1 from module_commands c where c.module_id = s.id and c.status in ('queued', 'offered')) as "hasOrders",
  coalesce((select array_agg(m.tenant_id::text order by m.tenant_id) from modules m join tenants t on t.id = m.tenant_id and not t.is_disabled
    where m.module_key = s.module_key and m.status = 'active' and m.is_entitled), '{}') as entitled
from module_services s where s.id = $1::text::uuid`;

/** Asked at every beat of every module: one statement. */
export async function readAttention(moduleId: string): Promise<Attention | null> {
  const [row] = await readOften<Attention>(scopeFor("login"), ATTENTION, [moduleId]);
  return row ?? null;
}
