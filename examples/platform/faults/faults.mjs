import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FONT } from "../modules/ocr/font.mjs";
import { publishRelease, rollBackRelease } from "../modules/ocr/releases.mjs";
import { QUEUE_CAPACITY } from "../scheduler/queue.mjs";

/**
 * @typedef {{ sql: import("postgres").Sql, dir: string, control: (order: string, params?: object) => Promise<any>, tenantId: string | null }} Means
 *   sql of platform_owner; with a tenantId, rows and files of this tenant alone are spoilt
 * @typedef {{ module: string, breaks: string, apply(means: Means): Promise<{ told: string, before?: unknown }>, undo(means: Means, before: any): Promise<string> }} Fault
 */

const SLOW_MS = 600;
const SKEW_CENTS = 1_234;

/** Whose rows are spoilt. @param {Pick<Means, "sql" | "tenantId">} means */
const theirs = ({ sql, tenantId }) => (tenantId === null ? sql`true` : sql`tenant_id = ${tenantId}`);

/** @type {Fault} */
const schedulerDead = {
  module: "scheduler",
  breaks: "kills the scheduler's process; nothing starts it again but an order",
  async apply({ control }) {
    const { pids } = await control("state");
    if (!pids.scheduler) return { told: "the scheduler was dead already" };
    process.kill(pids.scheduler, "SIGKILL");
    return { told: `killed process ${pids.scheduler}` };
  },
  async undo({ control }) {
    await control("scheduler-start");
    return "started the scheduler";
  },
};

/** @type {Fault} */
const cacheCorrupt = {
  module: "cache",
  breaks: "flips a byte in every cached summary",
  async apply({ dir, tenantId }) {
    const files = await cachedFiles(dir, tenantId);
    for (const file of files) await flipByte(file);
    return { told: `flipped a byte in ${files.length} files`, before: { files } };
  },
  async undo(_means, { files }) {
    for (const file of files) await rm(file, { force: true });
    return `removed ${files.length} files: they are made anew`;
  },
};

/** @param {string} dir @param {string | null} tenantId */
async function cachedFiles(dir, tenantId) {
  const folder = join(dir, "cache");
  const tenants = (await readdir(folder).catch(() => [])).filter((tenant) => tenantId === null || tenant === tenantId);
  const files = await Promise.all(
    tenants.map(async (tenant) => (await readdir(join(folder, tenant))).map((name) => join(folder, tenant, name))),
  );
  return files.flat().filter((file) => file.endsWith(".json"));
}

/** @type {Fault} */
const indexRowsLost = {
  module: "search",
  breaks: "deletes every third row of the search index",
  async apply(means) {
    const lost = await means.sql`DELETE FROM search_index WHERE (tenant_id, document_id) IN (
      SELECT tenant_id, document_id FROM (SELECT *, row_number() OVER (ORDER BY tenant_id, document_id) AS n FROM search_index WHERE ${theirs(means)}) r WHERE n % 3 = 0)`;
    return { told: `deleted ${lost.count} rows` };
  },
  async undo({ sql }) {
    const back =
      await sql`INSERT INTO search_index (tenant_id, document_id, words) SELECT tenant_id, id, to_tsvector('simple', title || ' ' || body) FROM documents
      ON CONFLICT (tenant_id, document_id) DO NOTHING`;
    return `wrote ${back.count} rows anew`;
  },
};

/** @type {Fault} */
const invoicesSkewed = {
  module: "billing",
  breaks: "adds an amount to the totals of three invoices of each tenant, past the ledger",
  async apply(means) {
    const skewed = await means.sql`UPDATE invoices SET total_cents = total_cents + ${SKEW_CENTS} WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM (SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY number) AS n FROM invoices WHERE ${theirs(means)}) r WHERE n <= 3) RETURNING tenant_id, id`;
    return { told: `changed ${skewed.length} totals by ${SKEW_CENTS} cents`, before: { invoices: skewed.map(({ id }) => id) } };
  },
  async undo({ sql }, { invoices }) {
    const back =
      await sql`UPDATE invoices i SET total_cents = coalesce((SELECT sum(CASE kind WHEN 'charge' THEN amount_cents WHEN 'credit' THEN -amount_cents ELSE 0 END)
      FROM ledger l WHERE l.tenant_id = i.tenant_id AND l.invoice_id = i.id), 0) WHERE id = ANY(${invoices})`;
    return `derived ${back.count} totals from the ledger again`;
  },
};

/** @type {Fault} */
const queueFull = {
  module: "scheduler",
  breaks: "fills the queue with long jobs that may wait",
  async apply({ sql, tenantId }) {
    const tenants = tenantId === null ? await sql`SELECT id FROM tenants ORDER BY slug` : [{ id: tenantId }];
    const jobs = Array.from({ length: QUEUE_CAPACITY + 20 }, (_job, n) => ({
      ...{ tenant_id: tenants[n % tenants.length].id, id: randomUUID(), kind: "report" },
      ...{ payload: { ms: 1_500 }, priority: 0 },
    }));
    await sql`INSERT INTO jobs ${sql(jobs)}`;
    return { told: `queued ${jobs.length} jobs of 1.5 s`, before: { ids: jobs.map(({ id }) => id) } };
  },
  async undo({ sql }, { ids }) {
    const gone = await sql`DELETE FROM jobs WHERE id = ANY(${ids})`;
    return `removed ${gone.count} jobs`;
  },
};

/** @type {Fault} */
const integrationDown = {
  module: "integration",
  breaks: "cuts every connection to the other company's service, and lets no new one through",
  async apply({ control }) {
    await control("external-cut", { is_cut: true });
    return { told: "the rates' service cannot be reached" };
  },
  async undo({ control }) {
    await control("external-cut", { is_cut: false });
    return "the rates' service can be reached again";
  },
};

/** @type {Fault} */
const databaseSlow = {
  module: "catalog",
  breaks: `delays every piece to and from the database by ${SLOW_MS} ms`,
  async apply({ control }) {
    await control("database-delay", { ms: SLOW_MS });
    return { told: `every piece waits ${SLOW_MS} ms` };
  },
  async undo({ control }) {
    await control("database-delay", { ms: 0 });
    return "nothing waits any more";
  },
};

/** @type {Fault} */
const databaseAway = {
  module: "catalog",
  breaks: "cuts every connection to the database, and lets no new one through",
  async apply({ control }) {
    await control("database-cut", { is_cut: true });
    return { told: "the database cannot be reached" };
  },
  async undo({ control }) {
    await control("database-cut", { is_cut: false });
    return "the database can be reached again";
  },
};

/** @type {Fault} */
const storageMissing = {
  module: "storage",
  breaks: "moves every second stored file away",
  async apply(means) {
    const aside = join(means.dir, "objects-lost");
    const moved = (await everySecondFile(means)).map(({ tenant, sha256, file }) => [file, join(aside, `${tenant}-${sha256}`)]);
    await mkdir(aside, { recursive: true });
    for (const [from, to] of moved) await rename(from, to).catch(ignoreMissing);
    return { told: `moved ${moved.length} files away`, before: { moved } };
  },
  async undo(_means, { moved }) {
    for (const [from, to] of moved) await rename(to, from).catch(ignoreMissing);
    return `moved ${moved.length} files back`;
  },
};

/** @param {Means} means @returns {Promise<{ tenant: string, sha256: string, file: string }[]>} */
async function everySecondFile(means) {
  const rows =
    await means.sql`SELECT DISTINCT tenant_id, sha256, min(name) OVER (PARTITION BY tenant_id, sha256) AS name FROM objects WHERE ${theirs(means)} ORDER BY tenant_id, name`;
  return rows
    .filter((_row, n) => n % 2 === 0)
    .map(({ tenant_id: tenant, sha256 }) => ({ tenant, sha256, file: join(means.dir, "objects", tenant, sha256) }));
}

/** @param {string} file */
async function flipByte(file) {
  const bytes = await readFile(file);
  const at = bytes.length - 2;
  bytes[at] ^= 1;
  await writeFile(file, bytes);
}

/** @type {Fault} */
const ocrWrong = {
  module: "ocr",
  breaks: "puts a release in force whose glyphs are mixed up",
  async apply({ dir }) {
    const letters = Object.keys(FONT);
    const mixed = Object.fromEntries(letters.map((letter, n) => [letter, FONT[letters[(n + 1) % letters.length]]]));
    await publishRelease(dir, "1.4.1", mixed);
    return { told: "release 1.4.1 is in force" };
  },
  async undo({ dir }) {
    const { to } = await rollBackRelease(dir);
    return `release ${to} is in force`;
  },
};

/** @type {Fault} */
const permissionExcess = {
  module: "catalog",
  breaks: "gives every clerk a permission that their role does not have",
  async apply(means) {
    const given =
      await means.sql`INSERT INTO grants (tenant_id, person, role, permission) SELECT DISTINCT tenant_id, person, role, 'invoices:write' FROM grants WHERE role = 'clerk' AND ${theirs(means)}
      ON CONFLICT DO NOTHING`;
    return { told: `gave ${given.count} clerks invoices:write` };
  },
  async undo({ sql }) {
    const taken = await sql`DELETE FROM grants WHERE role = 'clerk' AND permission = 'invoices:write'`;
    return `took it from ${taken.count} clerks`;
  },
};

/** @type {Fault} */
const tenantIdMissing = {
  module: "exports",
  breaks: "takes the tenant from the newest exports, and the database's rule that forbids it",
  async apply(means) {
    const { sql } = means;
    await sql`ALTER TABLE exports ALTER COLUMN tenant_id DROP NOT NULL`;
    const rows =
      await sql`WITH newest AS (SELECT id, tenant_id FROM exports WHERE tenant_id IS NOT NULL AND ${theirs(means)} ORDER BY created_at DESC LIMIT 4)
      UPDATE exports e SET tenant_id = NULL FROM newest WHERE e.id = newest.id RETURNING e.id, newest.tenant_id`;
    return {
      told: `${rows.length} exports belong to nobody`,
      before: { rows: rows.map(({ id, tenant_id: tenantId }) => ({ id, tenantId })) },
    };
  },
  async undo({ sql }, { rows }) {
    for (const { id, tenantId } of rows) await sql`UPDATE exports SET tenant_id = ${tenantId} WHERE id = ${id} AND tenant_id IS NULL`;
    await sql`DELETE FROM exports WHERE tenant_id IS NULL`;
    await sql`ALTER TABLE exports ALTER COLUMN tenant_id SET NOT NULL`;
    return `${rows.length} exports have their tenant again`;
  },
};

/** @param {NodeJS.ErrnoException} error */
function ignoreMissing(error) {
  if (error.code !== "ENOENT") throw error; // repaired meanwhile
}

/** Every way in which the platform can be broken, by its name. @type {Record<string, Fault>} */
export const FAULTS = {
  "scheduler-dead": schedulerDead,
  "cache-corrupt": cacheCorrupt,
  "index-rows-lost": indexRowsLost,
  "invoices-skewed": invoicesSkewed,
  "queue-full": queueFull,
  "integration-down": integrationDown,
  "database-slow": databaseSlow,
  "database-away": databaseAway,
  "storage-missing": storageMissing,
  "ocr-wrong": ocrWrong,
  "permission-excess": permissionExcess,
  "tenant-id-missing": tenantIdMissing,
};
