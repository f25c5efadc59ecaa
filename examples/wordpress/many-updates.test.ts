import { expect, test } from "vitest";
import { findWordPress } from "@/scripts/setup/find-wordpress.mjs";
import { runManyUpdates } from "./many-updates.mjs";

const tools = findWordPress(process.env);

// The set-up says aloud where WordPress is missing, and fails then under CI.
test.runIf(tools)(
  "a real shop on nginx and php-fpm is updated twice, and nobody on its home page notices",
  { timeout: 180_000 },
  async () => {
    if (!tools) throw new Error("no WordPress");
    const { updates, shopperErrors, pages, problems } = await runManyUpdates({ tools, updates: 2 });
    expect({ updates, shopperErrors, problems }).toEqual({ updates: 2, shopperErrors: 0, problems: [] });
    expect(pages).toBeGreaterThan(0);
  },
);
