"use client";

import { usePathname } from "next/navigation";
import { fieldsOf } from "./scope";
import { useScope } from "./scope-provider";

/** For a filter form that has no field for it: what its list is narrowed to goes along with whatever else is asked. */
export function ScopeFields() {
  const pathname = usePathname();
  const { scope } = useScope();
  return fieldsOf(pathname, scope).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />);
}
