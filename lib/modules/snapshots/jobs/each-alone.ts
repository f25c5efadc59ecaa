import { reportFault } from "@/lib/platform/faults/report-fault";

/** Does something for each row. One that goes wrong is reported, comes round again, and keeps no other tenant's waiting. */
export async function eachAlone<Row>(
  rows: readonly Row[],
  told: (row: Row) => { readonly what: string; readonly tenantId: string },
  work: (row: Row) => Promise<unknown>,
): Promise<void> {
  for (const row of rows) {
    try {
      await work(row);
    } catch (error) {
      const { what, tenantId } = told(row);
      reportFault(`${what} went wrong and will be taken up again`, error, { tenant_id: tenantId });
    }
  }
}
