import { describe, expect, test } from "vitest";
import { buildNotification } from "./build-notification";
import { isUrgent, nextTryAt } from "./retry-schedule";
import {
  type AttemptFacts,
  type FleetFacts,
  type IncidentFacts,
  NOTIFICATION_EVENTS,
  type NotificationEvent,
  type NotificationFacts,
  type SwitchFacts,
} from "./types";

const AT = new Date("2026-11-21T10:00:00.000Z");
const PLUGIN = { tenant_id: "t-1", tenant_name: "Atlas", plugin_id: "p-1", plugin_key: "demo-pay" };
const INCIDENT: IncidentFacts = { ...PLUGIN, incident_id: "i-1", incident_type: "webhook_fail_rate", severity: "medium" };
const ATTEMPT: AttemptFacts = {
  ...PLUGIN,
  attempt_id: "a-1",
  incident_id: "i-1",
  from_version: "1.2.2",
  to_version: "1.2.5",
  reason: null,
  method: "update",
  part_of: "incident",
};
const SWITCH: SwitchFacts = { switch: "kill_switch", scope: "global", on: true, actor: "person:ada@example.com", reason: "Bad release" };

const FLEET: FleetFacts = {
  fleet_id: "f-1",
  kind: "version",
  signature: "webhook_fail_rate",
  place: "demo-pay 1.2.5",
  severity: "high",
  merchants: 212,
  plugins: 220,
};

function textOf(event: NotificationEvent, facts: NotificationFacts[NotificationEvent]): { en: string; fr: string } {
  const { body } = buildNotification("1", event as "incident.opened", facts as IncidentFacts, AT);
  return (JSON.parse(body) as { data: { text: { en: string; fr: string } } }).data.text;
}

describe("a notification", () => {
  test("has the body of Standard Webhooks, with the facts and a line in both languages", () => {
    const notification = buildNotification("0190", "incident.opened", INCIDENT, AT);
    expect(notification).toMatchObject({ id: "msg_0190", event: "incident.opened" });
    expect(JSON.parse(notification.body)).toEqual({
      type: "incident.opened",
      timestamp: "2026-11-21T10:00:00.000Z",
      data: { ...INCIDENT, text: { en: expect.any(String), fr: expect.any(String) } },
    });
  });

  test("is the same bytes each time, so that a retry is the same message", () => {
    expect(buildNotification("1", "attempt.success", ATTEMPT, AT)).toEqual(buildNotification("1", "attempt.success", ATTEMPT, AT));
  });

  test.each<[NotificationEvent, NotificationFacts[NotificationEvent], string, string]>([
    [
      "incident.opened",
      INCIDENT,
      "New incident: demo-pay at Atlas, webhooks are failing (severity medium).",
      "Nouvel incident : demo-pay chez Atlas, des webhooks échouent (gravité moyenne).",
    ],
    [
      "incident.resolved",
      INCIDENT,
      "Resolved: demo-pay at Atlas, webhooks are failing (severity medium).",
      "Résolu : demo-pay chez Atlas, des webhooks échouent (gravité moyenne).",
    ],
    [
      "incident.escalated",
      { ...INCIDENT, incident_type: "silence", severity: "critical" },
      "A person is needed: demo-pay at Atlas, it has gone silent (severity critical).",
      "Une personne est requise : demo-pay chez Atlas, il ne répond plus (gravité critique).",
    ],
    [
      "attempt.success",
      ATTEMPT,
      "Healed: demo-pay at Atlas went from 1.2.2 to 1.2.5.",
      "Réparé : demo-pay chez Atlas est passé de 1.2.2 à 1.2.5.",
    ],
    [
      "attempt.success",
      { ...ATTEMPT, incident_id: null, part_of: "rollout" },
      "Updated: demo-pay at Atlas went from 1.2.2 to 1.2.5.",
      "Mis à jour : demo-pay chez Atlas est passé de 1.2.2 à 1.2.5.",
    ],
    [
      "attempt.success",
      { ...ATTEMPT, incident_id: null, method: "rollback", part_of: "recall", from_version: "1.3.0", to_version: "1.2.2" },
      "Taken back: demo-pay at Atlas went from 1.3.0 to 1.2.2.",
      "Ramené en arrière : demo-pay chez Atlas est passé de 1.3.0 à 1.2.2.",
    ],
    [
      "attempt.success",
      { ...ATTEMPT, method: "rollback", from_version: "1.2.5", to_version: "1.2.2" },
      "Taken back: demo-pay at Atlas went from 1.2.5 to 1.2.2.",
      "Ramené en arrière : demo-pay chez Atlas est passé de 1.2.5 à 1.2.2.",
    ],
    [
      "attempt.success",
      { ...ATTEMPT, method: "restart", to_version: null },
      "Healed: demo-pay at Atlas was restarted, still 1.2.2.",
      "Réparé : demo-pay chez Atlas a été redémarré, toujours en 1.2.2.",
    ],
    [
      "attempt.success",
      { ...ATTEMPT, method: "isolate", to_version: null },
      "Isolated: demo-pay at Atlas, still 1.2.2.",
      "Isolé : demo-pay chez Atlas, toujours en 1.2.2.",
    ],
    [
      "attempt.rolled_back",
      { ...ATTEMPT, reason: "webhooks failed more than before" },
      "Rolled back: demo-pay at Atlas left 1.2.5 and runs 1.2.2 again: webhooks failed more than before.",
      "Annulé : demo-pay chez Atlas a quitté 1.2.5 et exécute de nouveau 1.2.2 : webhooks failed more than before.",
    ],
    [
      "attempt.failed",
      { ...ATTEMPT, to_version: null },
      "Failed: demo-pay at Atlas did not go from 1.2.2 to an unknown version.",
      "Échec : demo-pay chez Atlas n'est pas passé de 1.2.2 à une version inconnue.",
    ],
    [
      "switch.changed",
      SWITCH,
      "Switch kill_switch (global) is now ON, by person:ada@example.com: Bad release.",
      "L'interrupteur kill_switch (global) est maintenant ACTIVÉ, par person:ada@example.com : Bad release.",
    ],
    [
      "audit.tampered",
      { first_bad_index: 7, kind: "leaf" },
      "The audit log is not what was sealed: the first bad entry is 7 (leaf). Verify it before you trust it.",
      "Le journal d'audit n'est plus ce qui a été scellé : la première entrée fautive est 7 (leaf). Vérifiez-le avant de vous y fier.",
    ],
    [
      "metadata.expiring",
      { role: "demo-pay", version: 4, expires_at: "2026-11-29T10:00:00.000Z", expired: false },
      "The signed metadata of demo-pay expires at 2026-11-29T10:00:00.000Z: whoever holds its keys has to sign it anew before.",
      "Les métadonnées signées de demo-pay expirent le 2026-11-29T10:00:00.000Z : les détenteurs de ses clés doivent les signer de nouveau avant.",
    ],
    [
      "metadata.expiring",
      { role: "root", version: 1, expires_at: "2026-11-29T10:00:00.000Z", expired: true },
      "The signed metadata of root expired at 2026-11-29T10:00:00.000Z: agents with a pinned root install nothing until it is signed anew.",
      "Les métadonnées signées de root ont expiré le 2026-11-29T10:00:00.000Z : les agents à racine épinglée n'installent plus rien avant une nouvelle signature.",
    ],
    [
      "fleet.opened",
      FLEET,
      "Fleet incident: 212 merchants at once, webhooks are failing (220 plugins, demo-pay 1.2.5, severity high).",
      "Incident du parc : 212 marchands à la fois, des webhooks échouent (220 plugins, demo-pay 1.2.5, gravité élevée).",
    ],
    [
      "fleet.dissolved",
      { ...FLEET, signature: "a rule of yours", merchants: 1, plugins: 1 },
      "No common fault after all: 1 merchant at once, a rule of yours (1 plugin, demo-pay 1.2.5, severity high).",
      "Finalement pas de panne commune : 1 marchand à la fois, a rule of yours (1 plugin, demo-pay 1.2.5, gravité élevée).",
    ],
    [
      "release.recalled",
      {
        release_id: "r-1",
        plugin_key: "demo-pay",
        version: "1.3.0",
        actor: "person:ada@example.com",
        automatic: false,
        reason: "it loses orders",
      },
      "Recalled: demo-pay 1.3.0 is taken back everywhere, by person:ada@example.com: it loses orders.",
      "Rappelé : demo-pay 1.3.0 est retiré partout, par person:ada@example.com : it loses orders.",
    ],
    [
      "release.recalled",
      { release_id: "r-1", plugin_key: "demo-pay", version: "1.3.0", actor: "system:rollout", automatic: true, reason: "harm is shown" },
      "Recalled: demo-pay 1.3.0 is taken back everywhere, ordered automatically: harm is shown.",
      "Rappelé : demo-pay 1.3.0 est retiré partout, sur ordre automatique : harm is shown.",
    ],
    [
      "rollout.waits_for_person",
      { rollout_id: "o-1", plugin_key: "demo-pay", version: "1.3.0", wave: 2 },
      "A person is needed: the rollout of demo-pay 1.3.0 is under suspicion and waits in wave 2 until somebody has looked.",
      "Une personne est requise : le déploiement de demo-pay 1.3.0 est suspect et attend à la vague 2 que quelqu'un l'examine.",
    ],
  ])("%s is said in English and in French", (event, facts, en, fr) => {
    expect(textOf(event, facts)).toEqual({ en, fr });
  });

  test("safety case 19: names from outside stay inert", () => {
    const tenant_name = `Evil\u202Egnp.exe\u0000\n\u2028\u200bShop${"x".repeat(500)}`;
    const { en, fr } = textOf("incident.opened", { ...INCIDENT, tenant_name });
    for (const line of [en, fr]) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
      expect(line.length).toBeLessThan(400);
    }
  });
});

describe("the schedule of retries", () => {
  const delays = (event: NotificationEvent) => {
    const all: number[] = [];
    for (let failures = 1; ; failures += 1) {
      const at = nextTryAt(failures, event, AT);
      if (!at) return all;
      all.push((at.getTime() - AT.getTime()) / 1_000);
    }
  };
  const BACK_OFF = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

  test("ordinary messages wait longer each time, then are dead letters", () => {
    expect(delays("incident.opened")).toEqual(BACK_OFF);
  });

  test("notices of switches and rollbacks skip the back-off for a minute before they join it", () => {
    expect(delays("switch.changed")).toEqual([...new Array<number>(12).fill(5), ...BACK_OFF]);
    expect(NOTIFICATION_EVENTS.filter(isUrgent)).toEqual(["attempt.rolled_back", "switch.changed", "audit.tampered"]);
  });

  test.each([0, -1, 1.5, Number.NaN])("%d failures are the caller's bug", (failures) => {
    expect(() => nextTryAt(failures, "incident.opened", AT)).toThrow(RangeError);
  });
});
