import { join } from "node:path";
import { PhpLab } from "../../php/testing/php-lab";
import { type PhpBehaviour, tinyPhpArtifact, tinyPhpPlugin } from "../../php/testing/tiny-php-plugin";
import type { Lab, LabOptions, Trait } from "./lab";
import { leftoversIn } from "./leftovers";

/** A preflight run would catch what crashes at boot before any swap; here it shall come as far as the swap. */
const BEHAVIOURS: Record<Trait, PhpBehaviour> = {
  good: "good",
  "crashes at boot": "only the preflight is fooled",
  "never answers": "never answers",
  "answers as another version": "answers as another version",
  "crashes later": "crashes once told to",
  "runs out of memory once": "runs out of memory once told to",
};

/** The PHP agent in a host of its own. */
export async function createPhpLab(options: LabOptions = {}): Promise<Lab> {
  const lab = await PhpLab.create({ ...options, ...(options.through ? { through: named(options.through) } : {}) });
  return {
    dir: lab.dir,
    center: lab.center,
    start: (killAt) => lab.start(killAt),
    startAndKill: (moment) => lab.startAndKill(moment),
    nudge: () => lab.nudge(),
    sendUpdate: ({ trait = "good", ...rest } = {}) => lab.sendUpdate({ behaviour: BEHAVIOURS[trait], ...rest }),
    onApplied: (id, react) => lab.onApplied(id, react),
    outcomeOf: (id) => lab.outcomeOf(id),
    artifact: (version, trait = "good") => tinyPhpArtifact(version, BEHAVIOURS[trait]),
    misbehave: () => lab.misbehave(),
    recover: () => lab.misbehave(false),
    runningVersion: () => lab.runningVersion(),
    diskVersion: () => lab.diskVersion(),
    filesInPlace: () => lab.filesInPlace(),
    leftovers: () => leftoversIn(join(lab.dir, "agent")),
    filesOf: (version, trait = "good") => tinyPhpPlugin(version, BEHAVIOURS[trait]),
    writeConfig: (config) => lab.writeConfig(config),
    readConfig: () => lab.readConfig(),
    journal: () => lab.journal(),
    close: () => lab.close(),
  };
}

const named = (through: string) => `export HOME_OF_VERSIONS="$SITE/web/wp-content/plugins"; ${through}`;
