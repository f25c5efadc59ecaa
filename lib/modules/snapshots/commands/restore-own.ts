import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { snapshotRestores } from "@/db/schema/modules/snapshots";
import { defineCommand } from "@/lib/gateway/define-command";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { cutOwnRows, readOwnRows } from "../own-rows";
import { putOwn } from "./own-cells";

const whole = (contents: readonly Uint8Array[]) => sha256Hex(Buffer.concat(contents));

/** Puts Center's own rows about a tenant back and reads them again, in one transaction: where they differ, nothing was changed. */
export const restoreOwn = defineCommand({
  name: "snapshot.restore_own",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ tenantId: z.uuid(), id: z.uuid(), contents: z.array(z.instanceof(Uint8Array)) }),

  async apply(tx, { tenantId, id, contents }, { now }) {
    const here = and(eq(snapshotRestores.tenantId, tenantId), eq(snapshotRestores.id, id));
    const [row] = await tx.select().from(snapshotRestores).where(here).for("update");
    if (row?.status !== "saving" || row.moduleKey !== null) refuse("conflict", "This restore is not to be done now");
    const saved = readOwnRows(contents.map((content) => Buffer.from(content)));
    const there = await putOwn(tx, tenantId, saved, now);
    const rows = there.reduce((total, part) => total + part.rows.length, 0);
    if (whole(cutOwnRows(there).map(({ content }) => content)) !== whole(contents)) {
      refuse("conflict", "What would be there afterwards is not what was saved: rows of it are gone for good");
    }
    const change = { status: "done", isEqual: true, rows, kept: 0, finishedAt: now } as const;
    await tx.update(snapshotRestores).set(change).where(here);
    return {
      subject: `restore:${id}`,
      tenantId,
      before: { status: row.status },
      after: { status: "done", is_equal: true, rows },
      events: [{ name: "snapshot.restore_done", payload: { id, module_key: null, is_equal: true } }],
      result: { id, status: "done" },
    };
  },
});
