<?php

namespace Reliability\Agent;

/** The running version of a plugin that does not answer: versions are texts in the protocol, and this one equals no other. */
const NOT_ANSWERING = '';

/** The exact text of an ack. It is journalled, so that every repetition is the same bytes. */
function ack_body(Agent $agent, string $id, string $stage, ?string $running, ?string $disk, array $timings = []): string
{
    return to_json(['type' => 'plugin.command.ack', 'timestamp' => rfc3339($agent->now()), 'data' => [
        'plugin_id' => $agent->config['plugin_id'],
        'command_id' => $id,
        'stage' => $stage,
        'running_version' => $running ?? NOT_ANSWERING,
        'disk_version' => $disk ?? NOT_ANSWERING,
        'timings_ms' => (object) $timings,
    ]]);
}

/** The exact text of a fail. */
function fail_body(Agent $agent, string $id, string $reason, bool $rolledBack, ?string $running): string
{
    return to_json(['type' => 'plugin.command.fail', 'timestamp' => rfc3339($agent->now()), 'data' => [
        'plugin_id' => $agent->config['plugin_id'],
        'command_id' => $id,
        'reason' => substr($reason, 0, Limits::REASON_CHARS),
        'rolled_back' => $rolledBack,
        'running_version' => $running ?? NOT_ANSWERING,
    ]]);
}

/** Notes the answer to a command and puts it in the outbox, in the same journal write as the change it reports. */
function record_answer(array &$draft, string $id, array $answer): void
{
    $draft['answers'][$id] = $answer;
    unset($draft['tries'][$id]);
    enqueue($draft, ['command_id' => $id, 'kind' => $answer['kind'], 'body' => $answer['body'], 'at' => $answer['at']]);
}

/** Sends the recorded answer of a command again: the same command twice has one effect and one answer. */
function repeat_answer(Agent $agent, string $id): void
{
    $answers = $agent->journal->data['answers'];
    $answered = ($answers[$id]['kind'] ?? '') === 'same_as' ? $answers[$id]['body'] : $id;
    $answer = $answers[$answered] ?? null;
    if ($answer === null || ($answer['kind'] !== 'ack' && $answer['kind'] !== 'fail')) {
        return; // pre-empted: never answered again
    }
    $entry = ['command_id' => $answered, 'kind' => $answer['kind'], 'body' => $answer['body'], 'at' => $agent->now()];
    $agent->journal->update('repeated', static function (array &$draft) use ($entry): void {
        enqueue($draft, $entry);
    });
    flush_outbox($agent);
}

function enqueue(array &$draft, array $entry): void
{
    foreach ($draft['outbox'] as $one) {
        if ($one['command_id'] === $entry['command_id'] && $one['body'] === $entry['body']) {
            return;
        }
    }
    $draft['outbox'][] = $entry;
    $draft['outbox'] = array_slice($draft['outbox'], -Limits::OUTBOX_ENTRIES);
}

/**
 * Withdraws what a rollback pre-empts: the attempt under way and the command it names. Neither is answered again, and should the named
 * command arrive late, it is already known.
 */
function drop_attempt(array &$draft, ?string $ref, int $now): void
{
    foreach (array_unique(array_filter([$draft['attempt']['id'] ?? null, $ref])) as $id) {
        $isUnderWay = ($draft['attempt']['id'] ?? null) === $id;
        if (!$isUnderWay && isset($draft['answers'][$id])) {
            continue;
        }
        $draft['answers'][$id] = ['digest' => $isUnderWay ? $draft['attempt']['digest'] : '', 'kind' => 'dropped', 'body' => '', 'at' => $now];
        $draft['outbox'] = array_values(array_filter($draft['outbox'], static function (array $entry) use ($id): bool {
            return $entry['command_id'] !== $id;
        }));
        unset($draft['tries'][$id]);
    }
    $draft['attempt'] = null;
}
