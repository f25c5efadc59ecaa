import { and, desc, eq } from "drizzle-orm";
import { siraModels, siraPromotions, siraSettings } from "@/db/schema/sira";
import { scopeFor } from "@/lib/access/system-actor";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import type { SiraModel } from "./model";
import { MODEL_V0 } from "./model-v0";

/** Documents by version; a version is the digest of its document, so what is kept here is never out of date. */
const known = new Map<string, SiraModel>();

function keep(model: SiraModel): SiraModel {
  known.delete(model.version);
  known.set(model.version, model);
  for (const version of known.keys()) {
    if (known.size <= LIMITS.siraModelsCached) break;
    known.delete(version);
  }
  return model;
}

/** A model by its version, or null when there is none. Needs the scope "all": models belong to the platform. */
export async function readModel(tx: ReaderTx, version: string): Promise<SiraModel | null> {
  if (version === MODEL_V0.version) return MODEL_V0;
  const cached = known.get(version);
  if (cached) return keep(cached);
  const [row] = await tx
    .select({ document: siraModels.document })
    .from(siraModels)
    .where(and(eq(siraModels.tenantId, PLATFORM_TENANT), eq(siraModels.version, version)));
  return row ? keep(row.document) : null;
}

/** The platform's one row. @throws Error when the migrations did not write it */
export async function readSiraSettings(tx: ReaderTx) {
  const [row] = await tx.select().from(siraSettings).where(eq(siraSettings.tenantId, PLATFORM_TENANT));
  if (!row) throw new Error("sira_settings has no row");
  return row;
}

/** The model in force and the share that is held out now. */
export async function readInForce(): Promise<{ model: SiraModel; holdoutShare: number }> {
  return read(scopeFor("operate"), async (tx) => {
    const { activeVersion, holdoutShare, holdoutStopped } = await readSiraSettings(tx);
    const model = await readModel(tx, activeVersion);
    if (!model) throw new Error(`the model in force, ${activeVersion}, is not there`);
    return { model, holdoutShare: holdoutStopped === null ? holdoutShare : 0 };
  });
}

/** The newest fitted models without their documents, and who put which in force. */
export async function readModels(tx: ReaderTx) {
  const models = await tx
    .select({ version: siraModels.version, createdAt: siraModels.createdAt, trained: siraModels.trained, shadow: siraModels.shadow })
    .from(siraModels)
    .where(eq(siraModels.tenantId, PLATFORM_TENANT))
    .orderBy(desc(siraModels.createdAt), desc(siraModels.version))
    .limit(LIMITS.siraModelsShown);
  const promotions = await tx
    .select()
    .from(siraPromotions)
    .where(eq(siraPromotions.tenantId, PLATFORM_TENANT))
    .orderBy(desc(siraPromotions.at), desc(siraPromotions.id))
    .limit(LIMITS.siraModelsShown);
  return { models, promotions };
}
