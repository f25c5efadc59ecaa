import {
  ArchiveRestore,
  BellRing,
  Blocks,
  BookOpenCheck,
  BrainCircuit,
  CalendarClock,
  DoorOpen,
  Gauge,
  LayoutDashboard,
  ListChecks,
  NotebookPen,
  PackageCheck,
  Rocket,
  ScanSearch,
  ScrollText,
  Send,
  ServerCrash,
  ShieldAlert,
  Siren,
  Store,
  Users,
  Wrench,
} from "lucide-react";

/** Pages of the side bar, of a phone's tabs and sheet, and of the palette; `key` follows `g` on the keyboard. */
export const PLACES = [
  { href: "/", name: "overview", key: "o", icon: LayoutDashboard },
  { href: "/incidents", name: "incidents", key: "i", icon: Siren },
  { href: "/module-incidents", name: "moduleIncidents", key: "e", icon: ServerCrash },
  { href: "/approvals", name: "approvals", key: "a", icon: ListChecks },
  { href: "/fleet", name: "fleet", key: "f", icon: Store },
  { href: "/modules", name: "modules", key: "u", icon: Blocks },
  { href: "/snapshots", name: "snapshots", key: "z", icon: ArchiveRestore },
  { href: "/repairs", name: "repairs", key: "y", icon: Wrench },
  { href: "/scanner", name: "scanner", key: "k", icon: ScanSearch },
  { href: "/releases", name: "releases", key: "v", icon: PackageCheck },
  { href: "/rollouts", name: "rollouts", key: "r", icon: Rocket },
  { href: "/calendar", name: "calendar", key: "w", icon: CalendarClock },
  { href: "/slos", name: "slos", key: "t", icon: Gauge },
  { href: "/sira", name: "sira", key: "d", icon: BrainCircuit },
  { href: "/safety", name: "safety", key: "s", icon: ShieldAlert },
  { href: "/runbooks", name: "runbooks", key: "b", icon: BookOpenCheck },
  { href: "/postmortems", name: "postmortems", key: "n", icon: NotebookPen },
  { href: "/deliveries", name: "deliveries", key: "m", icon: Send, roles: ["operator", "tenant_admin", "pay_admin"] },
  { href: "/on-call", name: "onCall", key: "c", icon: BellRing, roles: ["operator", "approver", "security_admin", "pay_admin"] },
  { href: "/people", name: "people", key: "p", icon: Users, roles: ["security_admin", "tenant_admin"] },
  { href: "/offboarding", name: "offboarding", key: "x", icon: DoorOpen, roles: ["security_admin"] },
  { href: "/audit", name: "audit", key: "l", icon: ScrollText, roles: ["auditor"] },
] as const;

/** The places that somebody with these roles can enter; one that names roles is for their holders alone. */
export function placesFor(roles: readonly string[]) {
  return PLACES.filter((place) => !("roles" in place) || place.roles.some((role) => roles.includes(role)));
}

/** What stays under the thumb on a phone: what is wrong, what waits for somebody, and how to stop everything. */
const TABS: readonly string[] = ["/", "/incidents", "/approvals", "/safety"];

/** The same places as a phone has them: four tabs, and all the others behind "More". */
export function phonePlaces(roles: readonly string[]) {
  const places = placesFor(roles);
  return { tabs: places.filter(({ href }) => TABS.includes(href)), more: places.filter(({ href }) => !TABS.includes(href)) };
}

/** Whether a page belongs to a place: the overview is only itself, a place holds what lies below it. */
export function isAt(pathname: string, href: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
