import { digestOf } from "@/lib/kernel/canonical-json";

/** The digest of a whole run: of each tenant's own, in the order of their ids, so that nothing can be moved from one tenant to another. */
export function runDigest(
  run: { readonly job: string; readonly jobVersion: number },
  parts: readonly { tenantId: string; digest: string }[],
) {
  const tenants = parts
    .toSorted((a, b) => (a.tenantId < b.tenantId ? -1 : 1))
    .map(({ tenantId, digest }) => ({ tenant_id: tenantId, digest }));
  return digestOf({ job: run.job, version: run.jobVersion, tenants });
}
