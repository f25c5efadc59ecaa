import { expect, test } from "vitest";
import { parseReplayArguments } from "@/lib/sira/replay/parse-replay-arguments";

const ID = "00000000-0000-4000-8000-00000000000A";

test.each([
  { line: `--incident ${ID}`, asked: { incidentId: ID.toLowerCase() } },
  { line: "--all", asked: { days: 90 } },
  { line: "--all --days 7", asked: { days: 7 } },
])("$line", ({ line, asked }) => expect(parseReplayArguments(line.split(" "), 90)).toEqual(asked));

test.each([
  "",
  "--incident",
  "--incident 7",
  `--incident ${ID} more`,
  "--all --days",
  "--all --days 0",
  "--all --days 91",
  "--all --days x",
  "--all 7",
  "all",
])("%j is refused with a reason", (line) => expect(() => parseReplayArguments(line === "" ? [] : line.split(" "), 90)).toThrow(RangeError));
