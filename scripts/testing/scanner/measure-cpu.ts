import { readFileSync } from "node:fs";
import type postgres from "postgres";

/** Ticks of a process' CPU time a second, as Linux tells them. */
const TICKS = 100;

function secondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    // It ended, or this is no Linux: then nothing is known of the database's part.
    return 0;
  }
}

async function backends(sql: postgres.Sql): Promise<ReadonlyMap<number, number>> {
  const rows = await sql<
    { pid: number }[]
  >`select pid from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`;
  return new Map(rows.map(({ pid }) => [pid, secondsOf(pid)]));
}

/**
 * CPU seconds that some work took, of this process and of the database's processes that answer it.
 * @param sql  somebody who sees all connections of the same database
 */
export async function measureCpu<Answer>(
  sql: postgres.Sql,
  work: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly cpuSeconds: number }> {
  const [before, own] = [await backends(sql), process.cpuUsage()];
  const answer = await work();
  const used = process.cpuUsage(own);
  const after = await backends(sql);
  const ofDatabase = [...after].reduce((sum, [pid, seconds]) => sum + Math.max(0, seconds - (before.get(pid) ?? 0)), 0);
  return { answer, cpuSeconds: (used.user + used.system) / 1e6 + ofDatabase };
}
