<?php

namespace Reliability\Agent;

/**
 * Carries out update, config_update, rollback and restart: journal, stage, swap, prove, then probation or done.
 *
 * @param array  $command verified and new
 * @param string $digest  of its payload
 * @return string|null a reason to refuse, or null when the command was taken on
 */
function apply_change(Agent $agent, array $command, string $digest): ?string
{
    $home = read_home($agent->layout);
    $plan = plan_change($command, $home, $agent->journal->data);
    if (isset($plan['refusal'])) {
        return $plan['refusal'];
    }
    if (is_already_there($agent, $command, $plan['target'], $home)) {
        finish_at_once($agent, $command, $digest);
        return null;
    }
    $tries = ($agent->journal->data['tries'][$command['id']] ?? 0) + 1;
    $agent->journal->update('accepted', static function (array &$draft) use ($agent, $command, $digest, $plan, $tries): void {
        if ($command['type'] === 'rollback') {
            drop_attempt($draft, $command['ref'], $agent->now());
        }
        $draft['tries'][$command['id']] = $tries;
        $draft['attempt'] = [
            'id' => $command['id'], 'digest' => $digest, 'type' => $command['type'],
            // With nothing to fetch there is no staging: a rollback taken on here is finished forwards after any crash.
            'phase' => $plan['must_fetch'] ? 'staging' : 'swapping',
            'target' => $plan['target'], 'restore' => $plan['restore'], 'probation_s' => $command['probation_s'],
            'started_at' => $agent->now(), 'placed_at' => null, 'deadline_at' => null, 'reason' => null, 'timings_ms' => [],
        ];
    });
    if ($tries > Limits::TRIES_PER_COMMAND) {
        give_up($agent, 'interrupted');
    } elseif (!$plan['must_fetch'] || stage($agent, $command)) {
        swap($agent);
    }
    return null;
}

/** A rollback to where the plugin already is and runs: the agent may have restored it before Center asked. */
function is_already_there(Agent $agent, array $command, array $target, array $home): bool
{
    $journal = $agent->journal->data;
    if ($command['type'] !== 'rollback' || $journal['attempt'] !== null || $journal['isolated'] || $target !== $home) {
        return false;
    }
    return (observe($agent)['health']['version'] ?? null) === $home['version'];
}

function finish_at_once(Agent $agent, array $command, string $digest): void
{
    $version = $command['to_version'];
    $body = ack_body($agent, $command['id'], 'committed', $version, $version);
    $agent->journal->update('committed', static function (array &$draft) use ($agent, $command, $digest, $body): void {
        drop_attempt($draft, $command['ref'], $agent->now());
        record_answer($draft, $command['id'], ['digest' => $digest, 'kind' => 'ack', 'body' => $body, 'at' => $agent->now()]);
    });
    tell($agent);
}

/** @return bool false when the attempt ended here */
function stage(Agent $agent, array $command): bool
{
    try {
        $timings = stage_artifact($agent, $command);
    } catch (TufError $error) {
        give_up($agent, "refused:{$error->getMessage()}");
        return false;
    } catch (DownloadError $error) {
        give_up($agent, "download: {$error->getMessage()}");
        return false;
    } catch (ArchiveError $error) {
        give_up($agent, "bad_artifact: {$error->getMessage()}");
        return false;
    } catch (PreflightError $error) {
        give_up($agent, "preflight: {$error->getMessage()}");
        return false;
    } catch (\RuntimeException $error) {
        give_up($agent, "staging: {$error->getMessage()}");
        return false;
    }
    $agent->journal->update('swapping', static function (array &$draft) use ($timings): void {
        $draft['attempt']['timings_ms'] = $timings;
        $draft['attempt']['phase'] = 'swapping';
    });
    return true;
}

/**
 * Ends an attempt that never came to its swap, and leaves nothing of what was refused. A rollback may have pre-empted an update on probation: then the disk holds a candidate
 * nobody vouches for, and the last good copy comes back.
 */
function give_up(Agent $agent, string $reason): void
{
    remove_tree($agent->layout->staging);
    $restore = $agent->journal->data['attempt']['restore'] ?? null;
    if ($restore === null || $restore === read_home($agent->layout)) {
        fail_unchanged($agent, $reason);
    } else {
        restore_last_good($agent, $reason);
    }
}

/** Swaps to the home of the attempt in the journal. Also called after a crash, for the attempts that are finished forwards. */
function swap(Agent $agent): void
{
    $attempt = $agent->journal->data['attempt'];
    try {
        put_home($agent, $attempt['target'], 'apply');
    } catch (\RuntimeException $error) {
        $reason = "swap: {$error->getMessage()}";
        $attempt['restore'] === null ? fail_unchanged($agent, $reason) : restore_last_good($agent, $reason);
        return;
    }
    $agent->journal->update('placed', static function (array &$draft) use ($agent): void {
        $draft['attempt']['phase'] = 'proving';
        $draft['attempt']['placed_at'] = $agent->now();
    });
    conclude_proving($agent);
}

/** The candidate is in place: does it run? Called again by later requests while nobody could tell. */
function conclude_proving(Agent $agent): void
{
    $attempt = $agent->journal->data['attempt'];
    $proof = prove($agent, $attempt['target']['version']);
    if ($proof['state'] === 'proven') {
        $agent->kill('apply.healthy');
        conclude_change($agent, $proof['health']);
        return;
    }
    $isLate = $agent->now() > $attempt['placed_at'] + $attempt['probation_s'] * 1000;
    if ($proof['state'] === 'unknown' && !$isLate) {
        plan_beat($agent, 0); // the next visit loads what is in place now, and is a witness
        return;
    }
    $reason = $proof['reason'] ?? 'not_answering';
    $attempt['restore'] === null ? fail_unchanged($agent, $reason) : restore_last_good($agent, $reason);
}
