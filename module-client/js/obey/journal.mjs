import { join } from "node:path";
import { readJson, writeDurably } from "../../../plugin-client/js/disk/durable-file.mjs";
import { MODULE_LIMITS } from "../limits.mjs";

/** @typedef {import("../types.d.mts").JournalData} JournalData */

/** @returns {JournalData} */
const EMPTY = () => ({
  format: 1,
  fence: 0,
  commands: {},
  modes: { platform: "normal", tenants: {} },
  limits: { platform: 1, tenants: {} },
  flags: { platform: {}, tenants: {} },
  entitlements: { digest: null, tenants: {}, confirmedAt: 0 },
});

/**
 * What the module must remember over its own death: which commands it began and answered, the fence, modes, flags and entitlements. Replaced
 * by write, flush and rename, so it is always whole.
 */
export class ModuleJournal {
  #path;
  /** @type {JournalData} */
  #data;

  /** @param {string} dir */
  constructor(dir) {
    this.#path = join(dir, "journal.json");
    const kept = readJson(this.#path);
    this.#data = kept?.format === 1 ? { ...EMPTY(), ...kept } : EMPTY();
  }

  /** @returns {Readonly<JournalData>} */
  get data() {
    return this.#data;
  }

  /**
   * Changes the journal and has it on the disk before it returns; a write that fails changes nothing.
   * @param {(draft: JournalData) => void} change
   */
  update(change) {
    const draft = structuredClone(this.#data);
    change(draft);
    forgetOldest(draft);
    writeDurably(this.#path, JSON.stringify(draft));
    this.#data = draft;
  }
}

/** Answers that Center took are kept for a repeated command, the newest only; one that still has to be delivered is never forgotten. @param {JournalData} draft */
function forgetOldest(draft) {
  const delivered = Object.entries(draft.commands).filter(([, entry]) => entry.isDelivered);
  const surplus = delivered.length - MODULE_LIMITS.answersKept;
  if (surplus <= 0) return;
  for (const [id] of delivered.sort(([, a], [, b]) => a.at - b.at).slice(0, surplus)) delete draft.commands[id];
}
