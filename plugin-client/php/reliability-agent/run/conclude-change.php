<?php

namespace Reliability\Agent;

/** The target runs and was proven: an update goes on probation, a rollback or restart is done. */
function conclude_change(Agent $agent, array $health): void
{
    keep_base($agent->layout, $health);
    $attempt = $agent->journal->data['attempt'];
    $isOnProbation = $attempt['type'] === 'update' || $attempt['type'] === 'config_update';
    $version = $attempt['target']['version'];
    $timings = $attempt['timings_ms'] + ['swap' => max(0, $agent->now() - $attempt['placed_at']), 'total' => max(0, $agent->now() - $attempt['started_at'])];
    $stage = $isOnProbation ? 'applied' : 'committed';
    $body = ack_body($agent, $attempt['id'], $stage, $health['version'], $version, $timings);
    $agent->journal->update($stage, static function (array &$draft) use ($agent, $attempt, $body, $timings, $isOnProbation, $version): void {
        $draft['isolated'] = false;
        record_answer($draft, $attempt['id'], ['digest' => $attempt['digest'], 'kind' => 'ack', 'body' => $body, 'at' => $agent->now()]);
        if ($isOnProbation) {
            $draft['attempt']['phase'] = 'probation';
            $draft['attempt']['deadline_at'] = $agent->now() + $attempt['probation_s'] * 1000;
            $draft['attempt']['timings_ms'] = $timings;
            return;
        }
        $draft['attempt'] = null;
        if ($attempt['type'] === 'rollback') {
            $draft['last_commit'] = null;
        }
        keep_as_good($draft, $version);
    });
    tell($agent);
}

/** Ends an attempt without a way back: nothing was changed yet, or there is no other good copy to change to. */
function fail_unchanged(Agent $agent, string $reason): void
{
    finish_failed($agent, $reason, false, observe($agent)['health']['version'] ?? null);
}

/** The one journal write that ends an attempt as failed. */
function finish_failed(Agent $agent, string $reason, bool $rolledBack, ?string $running): void
{
    $attempt = $agent->journal->data['attempt'];
    $body = fail_body($agent, $attempt['id'], $reason, $rolledBack, $running);
    $agent->log('warn', 'a command failed', ['command_id' => $attempt['id'], 'reason' => $reason, 'rolled_back' => $rolledBack]);
    $agent->journal->update('finished', static function (array &$draft) use ($agent, $attempt, $body): void {
        $draft['attempt'] = null;
        record_answer($draft, $attempt['id'], ['digest' => $attempt['digest'], 'kind' => 'fail', 'body' => $body, 'at' => $agent->now()]);
    });
    tell($agent);
}

/** Notes a proven version as the newest good copy. */
function keep_as_good(array &$draft, string $version): void
{
    $draft['good'] = $version;
    $draft['kept'] = array_slice(array_values(array_unique(array_merge([$version], $draft['kept']))), 0, Limits::GOOD_VERSIONS_KEPT);
}

/** Removes what is no longer needed and tells Center at once: the answer first, so that the beat after it surprises nobody. */
function tell(Agent $agent): void
{
    $data = $agent->journal->data;
    $attempt = $data['attempt'];
    prune_versions($agent->layout, array_merge($data['kept'], [$attempt['target']['version'] ?? null, $attempt['restore']['version'] ?? null]));
    flush_outbox($agent);
    $agent->isUrgent = true;
}
