import { askDatabase, forgetProbe } from "@/db/probe";
import { Refusal } from "@/lib/kernel/refusal";
import { CODES } from "@/lib/platform/codes";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";

/** Steps in which patience runs out. */
const STEPS = 12;

/**
 * Whether something is answered within a time in which this process was awake: one that stood still, on a pressed machine, is charged
 * one step for it, and then hears what was said meanwhile before it counts on. Otherwise its own sleep would be another's silence.
 */
function isAnswered(answerMs: number, asked: Promise<boolean>): Promise<boolean> {
  return new Promise<boolean>((resolve) => {
    let left = STEPS;
    let timer: NodeJS.Timeout;
    const step = () => {
      left -= 1;
      if (left < 0) resolve(false);
      else timer = setTimeout(step, answerMs / STEPS);
    };
    step();
    void asked.then((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

/** Whether the database answers at all: asked only on behalf of who has waited long for it already, once for all of them. */
export class DatabaseWatch {
  private asking: Promise<boolean> | null = null;

  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly answerMs: number,
    /** Gives up the line on which nothing was heard; the next question takes another. */
    private readonly hangUp: () => void = () => undefined,
  ) {}

  /** False when it does not answer the simplest of questions in time. */
  answers(): Promise<boolean> {
    this.asking ??= this.askNow().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async askNow(): Promise<boolean> {
    const asked = this.ask().then(
      () => true,
      () => false,
    );
    const isThere = await isAnswered(this.answerMs, asked);
    if (!isThere) this.hangUp();
    return isThere;
  }
}

const watch = new DatabaseWatch(askDatabase, LIMITS.databaseAnswerMs, forgetProbe);

/**
 * Waits for some work for as long as the database answers, however long that takes. When it does not, whoever waits is told so now, and not
 * when the work itself gives up; what the work comes to then is nobody's any more, and a write may be asked for again under its key.
 *
 * @throws Refusal unavailable, with when to come again
 */
export function whileDatabaseAnswers<T>(
  work: Promise<T>,
  { answers }: Pick<DatabaseWatch, "answers"> = { answers: () => watch.answers() },
  patienceMs: number = LIMITS.databasePatienceMs,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout;
    let isOver = false;
    const wait = () => {
      timer = setTimeout(() => void look(), patienceMs);
    };
    const look = async () => {
      if (await answers()) {
        if (!isOver) wait();
      } else if (!isOver) {
        log.warn("ERR_DATABASE", "A request was given up: the database did not answer the simplest question either");
        reject(new Refusal("unavailable", CODES.ERR_UNAVAILABLE.meaning));
      }
    };
    const end = () => {
      isOver = true;
      clearTimeout(timer);
    };
    wait();
    work.finally(end).then(resolve, reject);
  });
}
