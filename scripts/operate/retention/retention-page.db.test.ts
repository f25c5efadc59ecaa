import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openAs } from "@/test/database/open-as";
import { RETENTION, retentionPage } from "./retention-page";

const owner = openAs("owner");
afterAll(() => owner.end());

test("every table says how long its rows live, once", async () => {
  const tables = await owner<{ name: string }[]>`
    select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`;
  const listed = RETENTION.flatMap(({ where }) => where);
  expect([...listed].sort()).toEqual(tables.map(({ name }) => name).sort());
});

test("the page in docs is what the list says", async () => {
  await expect(retentionPage()).toMatchFileSnapshot(path.resolve("docs/retention.md"));
});
