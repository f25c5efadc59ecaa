import { randomUUID } from "node:crypto";
import { keepTables } from "../database/keep-tables.mjs";
import { ModuleError } from "./module-error.mjs";
import { drawText } from "./ocr/draw-text.mjs";
import { readText } from "./ocr/read-text.mjs";
import { readGlyphs, rollBackRelease } from "./ocr/releases.mjs";

/** What every release must be able to read before anything it reads is believed. */
const REFERENCE = "RELIABILITY 0123456789";

/** Turns images into text by comparing them with the glyphs of its release. @param {import("./catalog.mjs").Surroundings & { db: import("../database/open-database.mjs").Database }} surroundings @returns {import("./catalog.mjs").PlatformModule} */
export function ocrModule({ dir, db }) {
  return {
    declaration: {
      key: "ocr",
      title: "Text recognition",
      version: "1.4.0",
      namespace: "ocr",
      criticality: "optional",
      flags: { scan: { default: true } },
      dependencies: ["storage"],
      invariants: [{ id: "reference_is_read", level: 1, check: () => referenceIsRead(dir) }],
      actions: {
        rollback_release: ({ params }) => rollBackRelease(dir, params.to_version),
        degrade: () => ({ scan: "off" }),
        undegrade: () => ({ scan: "on" }),
      },
      snapshot: keepTables({ db, moduleKey: "ocr", namespace: "ocr" }, [{ table: "scans", order: "id" }]),
    },
    readVersion: async () => (await readGlyphs(dir)).release,
    routes: [{ method: "POST", path: /^scans$/, surface: "tenant", write: true, handle: (call) => scan(dir, call) }],
  };
}

/** @param {string} dir @param {import("./catalog.mjs").Call} call */
async function scan(dir, { tenantId, agent, body, traceId, query }) {
  if (!agent.isEnabled("scan", tenantId)) throw new ModuleError("ERR_MODULE_DEGRADED", "Nothing is scanned just now", 503);
  const { release, glyphs } = await readGlyphs(dir);
  const content = readText(body, glyphs);
  if (readText(drawText(REFERENCE), glyphs) !== REFERENCE) {
    throw new ModuleError("ERR_OCR_WRONG", `Release ${release} does not read its reference`);
  }
  const row = { tenant_id: tenantId, id: randomUUID(), object: (query.get("name") ?? "scan").slice(0, 60), content, release };
  const write = async (/** @type {any} */ tx) => {
    await tx`DELETE FROM scans WHERE created_at < now() - interval '1 hour'`;
    await tx`INSERT INTO scans ${tx(row)}`;
  };
  await agent.governedWrite(tenantId, "a scanned page", write, { traceId });
  return { id: row.id, content };
}

/** @param {string} dir */
async function referenceIsRead(dir) {
  const { release, glyphs } = await readGlyphs(dir);
  const read = readText(drawText(REFERENCE), glyphs);
  const wrong = [...REFERENCE].filter((letter, at) => read[at] !== letter).length;
  return {
    ok: wrong === 0,
    count: wrong,
    detail: wrong === 0 ? release : `release ${release} misreads ${wrong} characters (ERR_OCR_WRONG)`,
  };
}
