import { randomBytes } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { makeArchive } from "../js/testing/make-archive";
import { describeAgents, inLab, PHP_HOSTS } from "./testing/agents";
import type { AgentKind } from "./testing/lab";

vi.setConfig({ testTimeout: 60_000 });

/** A disk of the agent's own, too small for a large artifact; what lies in the lab's folder is copied onto it first. */
const SMALL_DISK = `exec unshare -rm sh -c '
  cp -a "$SITE" "$SITE.copy" && mount -t tmpfs -o size=192k none "$SITE" && cp -a "$SITE.copy/." "$SITE" && rm -r "$SITE.copy" && cd "$SITE" && exec "$@"
' sh "$@"`;
/** The folder in which versions are put in place cannot be written. */
const READ_ONLY = `exec unshare -rm sh -c '
  mount --bind "$HOME_OF_VERSIONS" "$HOME_OF_VERSIONS" && mount -o remount,bind,ro "$HOME_OF_VERSIONS" && exec "$@"
' sh "$@"`;

/** Disks of one's own need namespaces. */
const onLinux = test.runIf(process.platform === "linux");

describeAgents("the $name agent", (agent) => {
  onLinux.concurrent("survives a full disk, and installs what fits", () =>
    inLab(agent, { through: SMALL_DISK }, async (lab) => {
      const filler = { path: "filler", content: randomBytes(300_000) };
      const files = Object.entries(lab.filesOf("1.1.0")).map(([path, content]) => ({ path, content }));
      const large = lab.sendUpdate({ artifact: lab.center.offer(makeArchive([...files, filler])) });
      lab.start();
      expect(await lab.outcomeOf(large)).toMatch(/^fail:(?:download|staging): /);
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: false, running_version: "1.0.0" });
      expect(await lab.runningVersion()).toBe("1.0.0");
    }),
  );

  onLinux.concurrent("goes on with the old version where it may not write", () =>
    inLab(agent, { through: READ_ONLY }, async (lab) => {
      const id = lab.sendUpdate();
      lab.start();
      expect(await lab.outcomeOf(id)).toMatch(/^fail:(?:staging|swap): /);
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ running_version: "1.0.0" });
      expect(await lab.runningVersion()).toBe("1.0.0");
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
    }),
  );
});

const CACHED = ["opcache.enable=1", "opcache.enable_cli=1", "opcache.validate_timestamps=0", "opcache.file_update_protection=0"];

test("under CI no host of PHP is left out", () => {
  const missing = PHP_HOSTS.filter(({ isHere }) => !isHere).map(({ host }) => host);
  expect(process.env.CI === "true" ? missing : []).toEqual([]);
});

describe.each(PHP_HOSTS)("on $host", ({ isFpm, isHere }) => {
  describeAgents("the $name agent", (agent) => caseOnHost(test.runIf(isHere), agent, isFpm), ["php"]);
});

/** What depends on how the host keeps code, and on how many processes it has. */
function caseOnHost(onHost: ReturnType<typeof test.runIf>, agent: AgentKind, isFpm: boolean): void {
  onHost.concurrent("updates a host whose opcode cache never looks at files again", () =>
    inLab(agent, { isFpm, settings: CACHED }, async (lab) => {
      const id = lab.sendUpdate({ commits: true });
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("committed");
      expect(await lab.runningVersion()).toBe("1.1.0");
    }),
  );

  onHost.concurrent("is not deceived by old code that goes on answering from the cache", () =>
    inLab(agent, { isFpm, settings: [...CACHED, "opcache.restrict_api=/nowhere"] }, async (lab) => {
      const id = lab.sendUpdate();
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("fail:wrong_version: 1.0.0");
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: true, running_version: "1.0.0" });
      expect(lab.filesInPlace()).toEqual(lab.filesOf("1.0.0"));
    }),
  );

  onHost.concurrent("updates a host with a single worker, which cannot ask itself", () =>
    inLab(agent, { isFpm, workers: 0 }, async (lab) => {
      const id = lab.sendUpdate({ commits: true });
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("committed");
      expect(await lab.runningVersion()).toBe("1.1.0");
    }),
  );

  onHost.concurrent("takes a fatal version back on a host with a single worker", () =>
    inLab(agent, { isFpm, workers: 0 }, async (lab) => {
      const id = lab.sendUpdate({ trait: "crashes at boot" });
      lab.start();
      expect(await lab.outcomeOf(id)).toMatch(/^fail:crash_at_boot: /);
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: true, running_version: "1.0.0" });
      expect(await lab.runningVersion()).toBe("1.0.0");
    }),
  );
}
