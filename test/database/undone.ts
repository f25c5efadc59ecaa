import postgres from "postgres";

/** Thrown to undo whatever a test did in a transaction. */
class Undo extends Error {}

/** Runs some work in a transaction that is undone in any case. */
export async function undone<T>(sql: postgres.Sql, work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  let answer: { value: T } | null = null;
  try {
    await sql.begin(async (tx) => {
      answer = { value: await work(tx) };
      throw new Undo("undone on purpose");
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  return (answer as unknown as { value: T }).value;
}

/** What a statement did within a transaction: how many rows, or the SQLSTATE it was refused with. */
export type Outcome = { readonly rows: number } | { readonly refused: string; readonly message: string };

/** Tries a statement and leaves the transaction usable whatever comes of it. */
export async function outcomeOf(tx: postgres.TransactionSql, statement: string): Promise<Outcome> {
  try {
    const result = await tx.savepoint((point) => point.unsafe(statement));
    return { rows: (result as unknown as { count: number }).count };
  } catch (error) {
    if (error instanceof postgres.PostgresError) return { refused: error.code, message: error.message };
    throw error;
  }
}

/** Tries statements one after the other. */
export async function outcomesOf(tx: postgres.TransactionSql, statements: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const statement of statements) outcomes.push(await outcomeOf(tx, statement));
  return outcomes;
}
