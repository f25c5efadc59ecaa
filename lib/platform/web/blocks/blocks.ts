import { scopeFor } from "@/lib/access/system-actor";
import { clipText } from "@/lib/kernel/clip-text";
import { CsvJudge } from "@/lib/kernel/judge-csv";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { readOften } from "@/lib/platform/scope";
import { EXPORT_ROUTES, exportTypeOf } from "./exports";
import { matchesPath } from "./match-path";
import { isNeverClosed } from "./never-closed";

/** What is closed: `POST /api/ops/plugins`, `* /api/ops/plugins` for each method, `ACTION <id>`. */
interface Block {
  readonly kind: "route" | "export";
  readonly target: string;
}

interface Known {
  blocks: readonly Block[];
  /** By the steady clock; minus infinity until they were read once. */
  readAtMs: number;
  triedAtMs: number;
  reading: Promise<void> | null;
}

// Bundlers may load this file more than once in a process; all copies know the same.
const KNOWN = Symbol.for("reliability-center.blocks");
const shared = globalThis as { [KNOWN]?: Known };
shared[KNOWN] ??= { blocks: [], readAtMs: Number.NEGATIVE_INFINITY, triedAtMs: Number.NEGATIVE_INFINITY, reading: null };
const known = shared[KNOWN];

const STATEMENT = "select kind, target from scan_blocks where kind in ('route', 'export') and lifted_at is null";

async function ask(): Promise<void> {
  const startedMs = performance.now();
  known.triedAtMs = startedMs;
  try {
    known.blocks = await readOften<Block>(scopeFor("scan"), STATEMENT, []);
    known.readAtMs = startedMs;
  } catch (error) {
    // What was closed stays closed; without a database there is nothing behind a route that could be read or written.
    log.debug("ERR_DATABASE", "What is closed could not be read", { error });
  }
}

/** Reads what is closed, now. */
export function refreshBlocks(): Promise<void> {
  known.reading ??= ask().finally(() => {
    known.reading = null;
  });
  return known.reading;
}

/** The first request of a process waits until it is known what is closed, though not for long; later ones never wait. */
async function ensureKnown(): Promise<void> {
  const now = performance.now();
  if (now - known.triedAtMs < LIMITS.blocksCacheMs) return known.readAtMs < 0 && known.reading ? within(known.reading) : undefined;
  const reading = refreshBlocks();
  if (known.readAtMs < 0) await within(reading);
}

function within(reading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LIMITS.blocksWaitMs);
  });
  return Promise.race([reading, late]).finally(() => clearTimeout(timer));
}

function isClosed(kind: Block["kind"], method: string, path: string): boolean {
  return known.blocks.some((block) => {
    const [on = "", pattern = ""] = block.target.split(" ");
    return block.kind === kind && (on === "*" || on === method) && matchesPath(pattern, path);
  });
}

/**
 * Refuses what the scanner closed. Costs no question of its own: what is closed is read beside the requests, each
 * LIMITS.blocksCacheMs, and stays closed while the database does not answer. What people put things right by is never closed, whatever a
 * block says.
 *
 * @throws Refusal forbidden with ERR_ROUTE_CLOSED or ERR_EXPORT_REFUSED
 */
export async function requireOpen(method: string, path: string): Promise<void> {
  if (performance.now() - known.triedAtMs >= LIMITS.blocksCacheMs || known.readAtMs < 0) await ensureKnown();
  if (known.blocks.length === 0 || isNeverClosed(method, path)) return;
  if (isClosed("route", method, path)) refuse("forbidden", "This route is closed: it breaks the contract", { code: "ERR_ROUTE_CLOSED" });
  if (isClosed("export", method, path))
    refuse("forbidden", "This export is refused: it does not render safely", { code: "ERR_EXPORT_REFUSED" });
}

/** The same for a function of a page, by the id that browsers call it by. @throws Refusal forbidden with ERR_ROUTE_CLOSED */
export async function requireActionOpen(id: string): Promise<void> {
  await ensureKnown();
  if (known.blocks.some(({ kind, target }) => kind === "route" && target === `ACTION ${id}`))
    refuse("forbidden", "This action is closed: it breaks the contract", { code: "ERR_ROUTE_CLOSED" });
}

/** Reads a CSV on its way out and breaks it off at the first cell that a spreadsheet would run: half a file is no file. */
function judged(path: string, body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const [judge, decoder] = [new CsvJudge(), new TextDecoder()];
  const fail = (controller: TransformStreamDefaultController<Uint8Array>, cell: string) => {
    log.error("ERR_EXPORT_REFUSED", "An export was broken off: a cell would run as a formula", { path, cell: clipText(cell, 40) });
    controller.error(new Error("ERR_EXPORT_REFUSED"));
  };
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const cell = judge.push(decoder.decode(chunk, { stream: true }));
        if (cell === null) controller.enqueue(chunk);
        else fail(controller, cell);
      },
      flush(controller) {
        const cell = judge.end();
        if (cell !== null) fail(controller, cell);
      },
    }),
  );
}

/**
 * Lets a file out only by an export that is known, and a CSV only as far as each of its cells is safe. Whatever is no file passes as it is.
 * @throws Refusal forbidden with ERR_EXPORT_REFUSED
 */
export function throughSafeRender(path: string, response: Response): Response {
  const type = exportTypeOf(response.headers);
  if (type === null) return response;
  if (!EXPORT_ROUTES.some((route) => matchesPath(route.path, path) && route.types.includes(type))) {
    log.error("ERR_EXPORT_REFUSED", "A route answered with a file that no export is known for", { path, type });
    refuse("forbidden", "This export is refused: nobody said how it renders", { code: "ERR_EXPORT_REFUSED" });
  }
  if (type !== "text/csv" || response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(judged(path, response.body), { status, statusText, headers });
}
