import type { DefinedModule, ModuleDeclaration } from "./types.d.mts";

/** @throws TypeError naming the first member that is wrong */
export function defineModule(declaration: ModuleDeclaration): DefinedModule;
