import { createHash } from "node:crypto";
import { defineModule } from "@/module-client/js/define-module.mjs";

const ENTRIES = 64;

/** What the module keeps: each entry with its checksum, made anew from nothing but its number. */
function makeEntry(n: number): { text: string; sum: string } {
  const text = `entry ${n} of the module that is there to be broken`;
  return { text, sum: createHash("sha256").update(text).digest("hex") };
}
const isSound = ({ text, sum }: { text: string; sum: string }) => createHash("sha256").update(text).digest("hex") === sum;

/**
 * The module that is there to be broken: a cache whose entries can be spoilt, and a neighbour who can go away. It does what any platform's module
 * does, through the module client as anybody uses it; only what it keeps is in memory and nobody's.
 */
export class ProvingModule {
  private entries = Array.from({ length: ENTRIES }, (_entry, n) => makeEntry(n));
  private isNeighbourThere = true;
  private isCircuitOpen = false;
  /** When each order took effect, by the module's own clock. */
  readonly doneAt = new Map<string, Date>();

  constructor(private readonly now: () => Date) {}

  /** Digest of all that it keeps and of the state it is in. */
  digest(): string {
    return createHash("sha256")
      .update(JSON.stringify([this.entries, this.isCircuitOpen]))
      .digest("hex");
  }

  spoil(): void {
    this.entries = this.entries.map((entry, n) => (n % 3 === 0 ? { ...entry, text: `${entry.text}!` } : entry));
  }

  sendNeighbourAway(): void {
    this.isNeighbourThere = false;
  }

  bringNeighbourBack(): void {
    this.isNeighbourThere = true;
  }

  definition(key: string) {
    const done = (what: string, answer: object) => {
      this.doneAt.set(what, this.now());
      return answer;
    };
    return defineModule({
      ...{ key, title: "Proof of heal", version: "1.0.0", namespace: "heal_proof", criticality: "optional" },
      invariants: [
        { id: "checksums_match", level: 1, check: () => this.checkEntries() },
        { id: "neighbour_answers", level: 1, check: () => this.checkNeighbour() },
      ],
      actions: {
        purge_cache: () => {
          this.entries = this.entries.map((_entry, n) => makeEntry(n));
          return done("purge_cache", { entries: this.entries.length });
        },
        open_circuit: () => {
          this.isCircuitOpen = true;
          return done("open_circuit", { circuit: "open" });
        },
        close_circuit: () => {
          this.isCircuitOpen = false;
          return done("close_circuit", { circuit: "closed" });
        },
      },
    });
  }

  private checkEntries() {
    const count = this.entries.filter((entry) => !isSound(entry)).length;
    return { ok: count === 0, count, detail: count === 0 ? "" : `${count} entries do not match their checksum (ERR_CACHE_CORRUPT)` };
  }

  private checkNeighbour() {
    const circuit = this.isCircuitOpen ? ", the circuit is held open" : "";
    const detail = this.isNeighbourThere ? circuit : `the neighbour does not answer (ERR_INTEGRATION_DOWN)${circuit}`;
    return { ok: this.isNeighbourThere, detail };
  }
}
