import type { WriterTx } from "@/db/writer";
import type { RepairRow } from "../../types";

/** One row from one state to another; false leaves it, because somebody else changed it. */
interface CenterMove {
  readonly table: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly from: Readonly<Record<string, unknown>> | null;
  readonly to: Readonly<Record<string, unknown>> | null;
  /** Taking back: when the run had last to do with the row. Null otherwise. */
  readonly since: Date | null;
}

/** A repair of Center's own rows, within the gateway's transaction. */
export interface CenterJob {
  /** What is wrong and what it would become; `isLocked` keeps the rows as they are until the transaction ends. */
  plan(tx: WriterTx, isLocked: boolean): Promise<RepairRow[]>;
  move(tx: WriterTx, move: CenterMove, now: Date): Promise<boolean>;
  /** A row as it is now, in the cells that the job is about; null where there is none. */
  read(tx: WriterTx, key: CenterMove["key"]): Promise<Readonly<Record<string, unknown>> | null>;
}
