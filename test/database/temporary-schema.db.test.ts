import { afterAll, describe, expect, test } from "vitest";
import { DATABASE_ROLES, roleName } from "@/db/roles";
import { openAs } from "./open-as";
import { type Outcome, outcomeOf, undone } from "./undone";

const superuser = openAs("superuser");
afterAll(() => superuser.end());

/** A value of each type that a function may take, so that it is not refused before it does anything. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  text: "'00'",
  uuid: "gen_random_uuid()",
  jsonb: "'{}'",
  date: "current_date + 40",
  int4: "1",
  int8: "0",
  timestamptz: "now()",
};
const argumentOf = (type: string) => (type.startsWith("_") ? `'{}'::pg_catalog.${type}` : `(${ARGUMENTS[type]})::pg_catalog.${type}`);

/** Types and tables that Center's own functions name, made anew in a role's temporary schema with the role's code inside. */
const TRAPS = `
  create function pg_temp.trap() returns boolean language plpgsql as $trap$
    begin
      if current_user <> session_user then raise exception 'trapped as %', current_user using errcode = 'TRAP1'; end if;
      return true;
    end $trap$;
  create view pg_temp.pg_class as select * from pg_catalog.pg_class where pg_temp.trap();
  create view pg_temp.pg_inherits as select * from pg_catalog.pg_inherits where pg_temp.trap();
  ${["text", "uuid", "jsonb", "date", "int8"].map((type) => `create domain pg_temp.${type} as pg_catalog.${type} check (pg_temp.trap())`).join("; ")}`;

interface Definer {
  readonly role: string;
  readonly name: string;
  readonly types: string[];
}

/** Every SECURITY DEFINER function and who but its owner may call it; triggers fire by themselves. */
const definers = () => superuser<Definer[]>`
  select r.rolname as role, p.proname as name,
    array(select y.typname::text from unnest(p.proargtypes) with ordinality as a (t, n) join pg_type y on y.oid = a.t order by n) as types
  from pg_proc p, pg_roles r where p.prosecdef and p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
    and r.rolname = any (${DATABASE_ROLES.map(roleName)}) and has_function_privilege(r.oid, p.oid, 'EXECUTE') order by 1, 2`;

/** Lays the traps as a role that was given TEMPORARY after all, and calls a function. */
function callTrapped(role: string, call: string, weaken = "select 1"): Promise<Outcome> {
  return undone(superuser, async (tx) => {
    await tx.unsafe(weaken);
    await tx.unsafe(`do $$ begin execute format('grant temporary on database %I to ${role}', current_database()); end $$`);
    await tx.unsafe(`set local session authorization ${role}`);
    if (role === "center_writer") await tx`select gateway_open()`;
    await tx.unsafe(TRAPS);
    return outcomeOf(tx, call);
  });
}

describe("a role's temporary schema", () => {
  test("does not change what runs as the owner, whatever of its functions a role calls", async () => {
    const found = await definers();
    const names = ["gateway_open", "gateway_is_open", "audit_append", "ensure_heartbeat_partitions", "drop_heartbeat_partitions"];
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    for (const { role, name, types } of found) {
      const outcome = await callTrapped(role, `select public.${name}(${types.map(argumentOf).join(", ")})`);
      // Bad arguments aside it really ran: a call that could not be made would prove nothing.
      const refused = "refused" in outcome ? outcome.refused : "nothing";
      expect({ role, name, refused, isPlain: /^(nothing|42501|40001|23...)$/.test(refused) }).toMatchObject({ isPlain: true });
    }
  });

  test("the same traps catch a function whose search_path leaves it out", async () => {
    const weaken = "alter function gateway_token() set search_path = pg_catalog, public";
    const outcome = await callTrapped("center_reader", "select gateway_is_open()", weaken);
    expect(outcome).toMatchObject({ refused: "TRAP1", message: "trapped as center_owner" });
  });

  test.each(DATABASE_ROLES)("cannot be used by center_%s at all", async (role) => {
    const sql = openAs(role);
    const outcome = await undone(sql, (tx) => outcomeOf(tx, "create temporary table planted (id int)")).finally(() => sql.end());
    expect(outcome).toMatchObject({ refused: "42501" });
  });
});
