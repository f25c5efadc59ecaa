<?php

namespace Reliability\Agent;

/**
 * One turn of the agent, after the page has gone out: settle what is under way, deliver answers, beat, obey. Of several requests that
 * want to, one does it; the others go home.
 */
function tick(Agent $agent): void
{
    $lock = take_lock($agent->layout);
    if ($lock === null) {
        return;
    }
    ignore_user_abort(true);
    if (function_exists('set_time_limit')) {
        @set_time_limit(0); // a shorter limit of the host is survived: the journal knows how to go on from anywhere
    }
    try {
        $agent->journal->reload();
        reconcile_disk($agent);
        settle_attempt($agent);
        flush_outbox($agent);
        beat_and_obey($agent);
    } catch (\Throwable $error) {
        // A full disk, a folder that cannot be written: the journal keeps the last phase that was written, the next turn tries again.
        $agent->log('error', "a step failed: {$error->getMessage()}", ['at' => basename($error->getFile()) . ':' . $error->getLine()]);
        @plan_beat($agent, Limits::BEAT_RETRY_S);
    } finally {
        release_lock($lock);
    }
}

function beat_and_obey(Agent $agent): void
{
    $isDue = $agent->isUrgent || is_beat_due($agent->layout);
    for ($count = 0; $isDue && $count < Limits::BEATS_PER_TICK; $count++) {
        $agent->isUrgent = false;
        $commands = send_beat($agent);
        if ($commands === null) {
            return;
        }
        foreach ($commands as $envelope) {
            handle_command($agent, $envelope);
        }
        $isDue = $agent->isUrgent;
    }
    if ($agent->journal->data['outbox'] !== [] || $isDue) {
        plan_beat($agent, Limits::BEAT_RETRY_S);
    }
}

function is_beat_due(Layout $layout): bool
{
    clearstatcache(true, $layout->nextBeat);
    return !is_file($layout->nextBeat) || filemtime($layout->nextBeat) <= time();
}
