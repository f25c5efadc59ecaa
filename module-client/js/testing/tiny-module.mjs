import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { defineModule } from "../define-module.mjs";
import { startModuleAgent } from "../start-module-agent.mjs";

/** A module that notes each purge in a file; told to by `die`, its first life ends right after it did so. Options come as JSON in argv[2]. */
const { dir, die, ...options } = JSON.parse(process.argv[2] ?? "{}");
const done = join(dir, "purged.txt");

const definition = defineModule({
  key: "tiny",
  title: "Tiny",
  version: "1.0.0",
  namespace: "tiny",
  criticality: "standard",
  actions: {
    purge_cache({ commandId }) {
      const isSecondLife = existsSync(done);
      appendFileSync(done, `${commandId}\n`);
      if (die && !isSecondLife) process.kill(process.pid, "SIGKILL");
      return { purged: true };
    },
  },
});
startModuleAgent({ ...options, dir, definition, knowsTenant: () => true });
