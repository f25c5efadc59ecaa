<?php

namespace Reliability\Agent;

/**
 * Takes up what the journal says is under way. Whoever holds the lock does this first, so it also settles what a death left behind.
 *
 * | phase      | what a death may have left                                  | settled by                                                    |
 * |------------|-------------------------------------------------------------|---------------------------------------------------------------|
 * | staging    | files in staging/, maybe a whole version nobody uses         | forgotten: Center sends the command again                     |
 * | swapping   | configuration, place and versions/ in any mix of two renames | update: last good copy back, `interrupted`; others: forwards  |
 * | proving    | the candidate in place, unproven                             | proven by this request or a loopback                          |
 * | probation  | the candidate in place, proven                               | judged: crashes, another version, the deadline                |
 * | restoring  | as swapping                                                  | the restore is done again                                     |
 */
function settle_attempt(Agent $agent): void
{
    $attempt = $agent->journal->data['attempt'];
    if ($attempt === null) {
        return;
    }
    $isForwards = $attempt['type'] === 'rollback' || $attempt['type'] === 'restart';
    if ($attempt['phase'] === 'staging') {
        forget($agent, $attempt['restore']);
    } elseif ($attempt['phase'] === 'swapping' && $isForwards) {
        swap($agent);
    } elseif ($attempt['phase'] === 'swapping') {
        restore_last_good($agent, 'interrupted');
    } elseif ($attempt['phase'] === 'proving') {
        conclude_proving($agent);
    } elseif ($attempt['phase'] === 'restoring' && $attempt['placed_at'] !== null) {
        conclude_restoring($agent);
    } elseif ($attempt['phase'] === 'restoring') {
        restore_last_good($agent, $attempt['reason']);
    } else {
        judge_probation($agent, $attempt);
    }
}

/** What must be put right before any plugin is loaded, in whatever request comes next after a death or a deadline. */
function settle_at_boot(Agent $agent): void
{
    $attempt = $agent->journal->data['attempt'];
    if ($attempt === null || $attempt['restore'] === null) {
        return;
    }
    $isCutShort = $attempt['phase'] === 'swapping' || ($attempt['phase'] === 'restoring' && $attempt['placed_at'] === null);
    if ($isCutShort && $attempt['type'] !== 'rollback') {
        put_back($agent, $attempt['reason'] ?? 'interrupted');
    } elseif ($attempt['phase'] === 'probation' && $agent->now() >= $attempt['deadline_at']) {
        put_back($agent, 'no_commit');
    }
}

function forget(Agent $agent, ?array $restore): void
{
    // Usually nothing to put right; a rollback that pre-empted an update may have left its candidate in place.
    if ($restore !== null && $restore !== read_home($agent->layout)) {
        put_home($agent, $restore, 'restore');
    }
    $agent->journal->update('forgotten', static function (array &$draft): void {
        $draft['attempt'] = null;
    });
    clear_staging($agent->layout);
}

/** Ends a probation badly when there is reason to: a crash loop, another version answering, or no commit in time. */
function judge_probation(Agent $agent, array $attempt): void
{
    $loop = $agent->config['crash_loop'];
    $crashes = read_crashes($agent->layout);
    $bootId = read_boot($agent->layout)['boot_id'];
    if ($agent->now() >= $attempt['deadline_at']) {
        restore_last_good($agent, 'no_commit');
    } elseif (count_crashes($crashes, $agent->now() - $loop['within_s'] * 1000, $bootId) >= $loop['crashes']) {
        restore_last_good($agent, 'crash_loop');
    } elseif (is_witness($agent) && !$agent->request->isCrashed) {
        $health = own_health($agent->config);
        if ($health !== null && $health['version'] !== $attempt['target']['version']) {
            restore_last_good($agent, "wrong_version: {$health['version']}");
        }
    }
}

/** Outside an attempt the disk is what counts: somebody may have deployed by hand. Only an empty place is filled with the last good copy. */
function reconcile_disk(Agent $agent): void
{
    $data = $agent->journal->data;
    $disk = disk_version($agent->layout);
    if ($data['attempt'] !== null || $disk === $data['good']) {
        return;
    }
    if ($disk !== null) {
        $agent->journal->update('reconciled', static function (array &$draft) use ($disk): void {
            keep_as_good($draft, $disk);
        });
        begin_boot($agent->layout);
    } elseif ($data['good'] !== null && is_kept($agent->layout, $data['good'])) {
        put_home($agent, ['version' => $data['good'], 'config' => read_text($agent->layout->config)], 'restore');
    }
}
