import type { Row } from "./row";
import { BOUNDS, CALLED, HEALING, KEYS, TOLD, WHO } from "./rows-ops";
import { OTHERS } from "./rows-other";

/** Who may call what. An endpoint without a row here fails its test: say who may, and what everybody else is answered. */
export const TABLE: Readonly<Record<string, Row>> = { ...HEALING, ...KEYS, ...WHO, ...TOLD, ...CALLED, ...BOUNDS, ...OTHERS };
