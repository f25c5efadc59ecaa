import type { Row } from "./row";
import { KEYS } from "./rows/keys";
import { LEARN } from "./rows/learn";
import { MODULES } from "./rows/modules";
import { BOUNDS, HEALING, WHO } from "./rows/ops";
import { OTHERS } from "./rows/other";
import { REPAIRS } from "./rows/repairs";
import { ROLLOUTS } from "./rows/rollouts";
import { SCANNER } from "./rows/scanner";
import { SNAPSHOTS } from "./rows/snapshots";
import { STEP_UP } from "./rows/step-up";
import { CALLED, SUPPORT, TOLD } from "./rows/told";

/** Who may call what. An endpoint without a row here fails its test: say who may, and what everybody else is answered. */
export const TABLE: Readonly<Record<string, Row>> = {
  ...HEALING,
  ...MODULES,
  ...SNAPSHOTS,
  ...KEYS,
  ...WHO,
  ...TOLD,
  ...CALLED,
  ...SUPPORT,
  ...BOUNDS,
  ...ROLLOUTS,
  ...REPAIRS,
  ...STEP_UP,
  ...LEARN,
  ...SCANNER,
  ...OTHERS,
};
