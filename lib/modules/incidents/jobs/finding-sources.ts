import { findRuleFindings } from "@/lib/modules/rules/queries-findings";
import { rememberSloFindings } from "@/lib/modules/slo/jobs/remember-findings";
import { findRestoreFindings } from "@/lib/modules/snapshots/queries-findings";
import { findStreamFindings } from "@/lib/modules/streams/queries-anomalies";
import type { ModuleFinding } from "@/lib/modules/types";
import type { ReaderTx } from "@/lib/platform/scope";
import { findContractFindings } from "@/lib/scanner/queries-findings";
import type { Told } from "../types";

/**
 * Somebody who finds what is wrong with modules.
 *
 * `find` answers findings alone where whatever it does not find is really good; where it can also know nothing (no traffic, no fresh
 * report), it says so by a `Told`. What it throws is logged: it then says nothing, and ends nothing.
 */
export interface FindingSource {
  /** Stays for ever: incidents remember who spoke. */
  readonly name: string;
  find(reader: ReaderTx, at: Date): Promise<readonly ModuleFinding[] | Told>;
}

/** Everybody who is asked at each scan of the modules. A new one is one line. */
export const FINDING_SOURCES: readonly FindingSource[] = [
  { name: "rules", find: findRuleFindings },
  { name: "objectives", find: rememberSloFindings },
  { name: "streams", find: findStreamFindings },
  { name: "restores", find: findRestoreFindings },
  { name: "contracts", find: findContractFindings },
];
