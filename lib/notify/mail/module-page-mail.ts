import type { Severity } from "@/lib/kernel/severity";
import type { ModuleFindingType } from "@/lib/modules/types";
import { modulePlace } from "@/lib/notify/module-text";
import { type MailText, type Waking, wakingMail } from "./mail-text";

/** What of a module's incident wakes somebody. */
export interface ModulePageFacts {
  readonly incident_id: string;
  /** As people call it. */
  readonly module: string;
  readonly type: ModuleFindingType;
  readonly severity: Severity;
  /** Null where it concerns all tenants. */
  readonly tenant_name: string | null;
}

/** What wakes somebody for a module of the platform: what it is, how long they have, and where they say that they have it. */
export function modulePageMail({ incident_id, module, type, severity, tenant_name }: ModulePageFacts, to: Waking): MailText {
  const said = modulePlace({ module, tenant_name, incident_type: type })[to.language];
  return wakingMail(said, severity, `${to.publicUrl}/module-incidents/${incident_id}`, to);
}
