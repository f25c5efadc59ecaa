import { unsafeCell } from "@/lib/kernel/judge-csv";
import type { RenderedExport } from "./types";

/** A tag, a link that runs, or a picture that is fetched. */
const LIVE = /<[a-z!/]|(?<!\\)\]\(|(?<!\\)!\[|\]\(\s*(?:javascript|data|vbscript):/i;

function unsafeLine(text: string): string | null {
  const line = text.split("\n").find((one) => LIVE.test(one));
  return line ?? null;
}

function brokenLine(text: string): string | null {
  for (const line of text.split("\n")) {
    try {
      JSON.parse(line);
    } catch {
      return line;
    }
  }
  return null;
}

/** What in a rendered export would act where it is opened, or null. */
export function judgeExport({ format, text }: RenderedExport): string | null {
  if (format === "csv") return unsafeCell(text);
  return format === "markdown" ? unsafeLine(text) : brokenLine(text);
}
