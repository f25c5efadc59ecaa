import { readFileSync } from "node:fs";
import path from "node:path";
import { systemClock } from "@/lib/platform/clock";
import { CenterDoor, CenterRefusal } from "@/scripts/operate/release/center-door";
import { init, publish, type ReleaseDesk, SignaturesMissing, sign } from "@/scripts/operate/release/obey-release";
import { need, parseReleaseArguments, RELEASE_USAGE, type ReleaseArguments } from "@/scripts/operate/release/parse-release-arguments";
import { rotate } from "@/scripts/operate/release/rotate-keys";
import { SigningFolder } from "@/scripts/operate/release/signing-folder";

const ORDERS: Readonly<Record<string, (desk: ReleaseDesk, values: ReleaseArguments) => Promise<void>>> = { init, publish, sign, rotate };

function tokenOf(values: ReleaseArguments): string {
  const file = values["token-file"];
  const token = file === undefined ? process.env.RELEASE_TOKEN : readFileSync(file, "utf8").trim();
  if (!token) throw new Error("Center asks who brings this: set RELEASE_TOKEN, or --token-file");
  return token;
}

function hint(error: CenterRefusal): string {
  if (error.code !== "ERR_STEP_UP") return "";
  return "\nsign in anew with a second factor: the token's auth_time must be younger than five minutes, its amr say otp, mfa or hwk";
}

const [order = "", ...argv] = process.argv.slice(2);
try {
  const values = parseReleaseArguments(order, argv);
  if (values.help) console.log(RELEASE_USAGE[order]);
  else {
    const folder = new SigningFolder(path.resolve(need(values, "dir")), process.env.RELEASE_PASSPHRASE ?? null);
    const door = () => new CenterDoor(need(values, "center"), tokenOf(values));
    await ORDERS[order]?.({ folder, door, now: systemClock.now(), say: (line) => console.log(line) }, values);
  }
} catch (error) {
  const { message } = error as Error;
  const isRefused = error instanceof CenterRefusal;
  console.error(isRefused ? `release:${order}: Center refused: ${message}${hint(error)}` : `release:${order}: ${message}`);
  if (!isRefused && !(error instanceof SignaturesMissing)) console.error(`\n${RELEASE_USAGE[order] ?? ""}`);
  // 2: nothing is lost, others have to sign first.
  process.exitCode = error instanceof SignaturesMissing ? 2 : 1;
}
