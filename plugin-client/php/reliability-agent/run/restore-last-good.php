<?php

namespace Reliability\Agent;

/** How long a restored copy may stay unproven before a person is needed. */
const RESTORE_PATIENCE_MS = 120000;

/**
 * Brings back the last good copy of the attempt in the journal and reports the failure. It may be called again after a crash at any
 * point of itself: the journal says "restoring" until the good copy was seen running, or given up on.
 *
 * @param string $reason why the attempt failed; the first reason stays when this is a repetition
 */
function restore_last_good(Agent $agent, string $reason): void
{
    put_back($agent, $reason);
    conclude_restoring($agent);
}

/** The part of a restore that touches the disk; at boot, before plugins load, it is all there is time for. */
function put_back(Agent $agent, string $reason): void
{
    $attempt = $agent->journal->data['attempt'];
    $agent->log('warn', 'restoring the last good copy', ['command_id' => $attempt['id'], 'reason' => $reason]);
    $agent->journal->update('restoring', static function (array &$draft) use ($reason): void {
        $draft['attempt']['phase'] = 'restoring';
        $draft['attempt']['placed_at'] = null;
        $draft['attempt']['reason'] = $draft['attempt']['reason'] ?? $reason;
    });
    put_home($agent, $attempt['restore'], 'restore');
    $agent->journal->update('restored', static function (array &$draft) use ($agent): void {
        $draft['attempt']['placed_at'] = $agent->now();
    });
}

/** "Rolled back" is only said of a copy that was seen running; otherwise a person is needed. */
function conclude_restoring(Agent $agent): void
{
    $attempt = $agent->journal->data['attempt'];
    $version = $attempt['restore']['version'];
    $proof = prove($agent, $version);
    if ($proof['state'] === 'unknown' && $agent->now() < $attempt['placed_at'] + RESTORE_PATIENCE_MS) {
        plan_beat($agent, 0);
        return;
    }
    $isProven = $proof['state'] === 'proven';
    if ($isProven) {
        keep_base($agent->layout, $proof['health']);
        $agent->kill('restore.healthy');
    } else {
        $agent->log('error', 'the last good copy does not come up either', ['reason' => $proof['reason'] ?? 'not_answering']);
    }
    finish_failed($agent, $attempt['reason'], $isProven, $isProven ? $version : null);
}
