import { askDatabase } from "@/db/probe";
import { Refusal } from "@/lib/kernel/refusal";
import { CODES } from "@/lib/platform/codes";
import { LIMITS } from "@/lib/platform/limits";
import { within } from "./within";

/** Whether the database answers at all: asked only on behalf of who has waited long for it already, once for all of them. */
export class DatabaseWatch {
  private asking: Promise<boolean> | null = null;

  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly answerMs: number,
  ) {}

  /** False when it does not answer the simplest of questions in time. */
  answers(): Promise<boolean> {
    this.asking ??= this.askNow().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private askNow(): Promise<boolean> {
    const asked = this.ask().then(
      () => true,
      () => false,
    );
    return within(this.answerMs, asked, () => false);
  }
}

const watch = new DatabaseWatch(askDatabase, LIMITS.databaseAnswerMs);

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
      } else reject(new Refusal("unavailable", CODES.ERR_UNAVAILABLE.meaning));
    };
    const end = () => {
      isOver = true;
      clearTimeout(timer);
    };
    wait();
    work.finally(end).then(resolve, reject);
  });
}
