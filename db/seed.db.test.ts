import { expect, test } from "vitest";
import { redeemLink } from "@/lib/access/links/commands/redeem-link";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { refusalOf } from "@/test/five-cases";
import { seedInstallation } from "./seed";

const NOBODY = { email: null, password: null };
const tokenOf = (url: string) => url.split("#")[1] ?? "";
const redeem = (token: string) =>
  runCommand(redeemLink, {
    input: { token, email: "first@center.test", password: "correct horse battery" },
    actor: systemActor("sign-in", "login"),
    now: new Date(),
  });

test("without a password each start prints one link, of which the newest works, once; then there is none", async () => {
  const [first, second] = [await seedInstallation(NOBODY, new Date()), await seedInstallation(NOBODY, new Date())];
  if (!first || !second || !("url" in first) || !("url" in second)) throw new Error("no link was made");
  expect((await refusalOf(redeem(tokenOf(first.url)))).kind).toBe("not-found");
  expect(await redeem(tokenOf(second.url))).toMatchObject({ email: "first@center.test", kind: "first_admin" });
  expect((await refusalOf(redeem(tokenOf(second.url)))).kind).toBe("not-found");
  expect(await seedInstallation(NOBODY, new Date())).toBeNull();
  expect(await seedInstallation({ email: "other@center.test", password: "correct horse battery" }, new Date())).toBeNull();
});
