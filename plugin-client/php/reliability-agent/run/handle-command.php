<?php

namespace Reliability\Agent;

/**
 * Verifies one envelope and obeys, repeats, refuses or ignores it.
 *
 * @param mixed $envelope
 */
function handle_command(Agent $agent, $envelope): void
{
    $journal = $agent->journal->data;
    $verdict = verify_command($envelope, [
        'plugin_id' => $agent->config['plugin_id'],
        'trust' => ['keys' => $agent->config['trust']['keys']] + $agent->trust,
        'now' => $agent->now() / 1000,
        'disk_version' => disk_version($agent->layout),
        'quorum_for' => $agent->config['quorum_for'],
        'has_vendors_word' => $agent->config['is_pinned'],
        'seen_digest' => static function (string $id) use ($journal): ?string {
            $underWay = ($journal['attempt']['id'] ?? null) === $id ? $journal['attempt']['digest'] : null;
            return $journal['answers'][$id]['digest'] ?? $underWay;
        },
    ]);
    if ($verdict['outcome'] === 'ignored') {
        count_ignored($agent);
        $agent->log('warn', 'an envelope was ignored', ['code' => 'WARN_COMMAND_IGNORED', 'class' => 'SECURITY', 'reason' => $verdict['reason']]);
        return;
    }
    $id = $verdict['id'] ?? $verdict['command']['id'];
    // What was answered once is answered the same, also when the command has expired or the disk has moved on since.
    if (isset($journal['answers'][$id])) {
        repeat_answer($agent, $id);
    } elseif (($journal['attempt']['id'] ?? null) === $id) {
        return; // under way
    } elseif ($verdict['outcome'] === 'refused') {
        refuse($agent, $id, $verdict['digest'], $verdict['reason']);
    } elseif ($verdict['outcome'] === 'accepted') {
        $refusal = obey($agent, $verdict['command'], $verdict['digest']);
        if ($refusal !== null) {
            refuse($agent, $id, $verdict['digest'], $refusal);
        }
    }
}

function obey(Agent $agent, array $command, string $digest): ?string
{
    switch ($command['type']) {
        case 'ping':
            return acknowledge($agent, $command['id'], $digest, false);
        case 'isolate':
            return $agent->journal->data['attempt'] === null ? acknowledge($agent, $command['id'], $digest, true) : 'busy';
        case 'commit':
            return commit_attempt($agent, $command, $digest);
        default:
            return apply_change($agent, $command, $digest);
    }
}

/** @param bool $isolates the plugin stays unloaded, in every later request, until another command starts it */
function acknowledge(Agent $agent, string $id, string $digest, bool $isolates): ?string
{
    $running = $isolates ? null : observe($agent)['health']['version'] ?? null;
    $body = ack_body($agent, $id, 'committed', $running, disk_version($agent->layout));
    $agent->journal->update('committed', static function (array &$draft) use ($agent, $id, $digest, $body, $isolates): void {
        $draft['isolated'] = $draft['isolated'] || $isolates;
        record_answer($draft, $id, ['digest' => $digest, 'kind' => 'ack', 'body' => $body, 'at' => $agent->now()]);
    });
    if ($isolates) {
        begin_boot($agent->layout);
    }
    tell($agent);
    return null;
}

function refuse(Agent $agent, string $id, string $digest, string $reason): void
{
    $agent->log('warn', 'a command was refused', ['code' => 'WARN_COMMAND_REFUSED', 'class' => 'SECURITY', 'command_id' => $id, 'reason' => $reason]);
    $body = fail_body($agent, $id, "refused:$reason", false, observe($agent)['health']['version'] ?? null);
    $agent->journal->update('refused', static function (array &$draft) use ($agent, $id, $digest, $body): void {
        record_answer($draft, $id, ['digest' => $digest, 'kind' => 'fail', 'body' => $body, 'at' => $agent->now()]);
    });
    tell($agent);
}

/** Ends a probation well. The commit is answered by the update's own `committed` ack. */
function commit_attempt(Agent $agent, array $command, string $digest): ?string
{
    $attempt = $agent->journal->data['attempt'];
    $ref = $command['ref'];
    if (($attempt['id'] ?? null) !== $ref || $attempt['phase'] !== 'probation') {
        $answer = $agent->journal->data['answers'][$ref] ?? null;
        $isCommitted = ($answer['kind'] ?? '') === 'ack' && json_decode($answer['body'], true)['data']['stage'] === 'committed';
        if (!$isCommitted) {
            return 'nothing_to_commit';
        }
        repeat_answer($agent, $ref);
        return null;
    }
    $running = observe($agent)['health']['version'] ?? null;
    $version = $attempt['target']['version'];
    if ($running !== $version) {
        return null; // Center judged on older beats. It sends the commit again; until then the deadline runs on.
    }
    $body = ack_body($agent, $ref, 'committed', $running, $version, $attempt['timings_ms']);
    $agent->journal->update('committed', static function (array &$draft) use ($agent, $attempt, $command, $digest, $body, $version): void {
        $draft['attempt'] = null;
        $draft['last_commit'] = ['id' => $attempt['id'], 'config_before' => $attempt['restore']['config'] ?? null];
        keep_as_good($draft, $version);
        record_answer($draft, $attempt['id'], ['digest' => $attempt['digest'], 'kind' => 'ack', 'body' => $body, 'at' => $agent->now()]);
        $draft['answers'][$command['id']] = ['digest' => $digest, 'kind' => 'same_as', 'body' => $attempt['id'], 'at' => $agent->now()];
    });
    tell($agent);
    return null;
}

/** Envelopes that proved nothing: unknown key, bad signature, no command at all. The next beat tells how many. */
function count_ignored(Agent $agent): void
{
    $told = read_json($agent->layout->told) ?? [];
    $told['refused_commands'] = ($told['refused_commands'] ?? 0) + 1;
    write_durably($agent->layout->told, to_json($told));
}
