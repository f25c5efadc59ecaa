<?php

namespace Reliability\Agent;

/**
 * What runs now: asked of this request's own code where that is what is in place, else of a request of our own.
 *
 * @return array{health: ?array}|null health null: the plugin does not answer; the whole null: it cannot be known in this request
 */
function observe(Agent $agent): ?array
{
    if (is_witness($agent)) {
        return ['health' => $agent->request->isCrashed ? null : own_health($agent->config)];
    }
    $answer = ask_loopback($agent, 'health');
    return $answer['kind'] === 'silent' ? null : ['health' => $answer['health']];
}

/** True when the code this request loaded is the code in place, and the request got far enough (or crashed) to say something of it. */
function is_witness(Agent $agent): bool
{
    $request = $agent->request;
    return ($request->isWhole || $request->isCrashed) && $request->bootId === read_boot($agent->layout)['boot_id'];
}

/**
 * Has a version in place prove that it is what runs, and that home and admin survive it.
 *
 * @return array{state: string, health?: array, reason?: string} state: proven, at_fault (with a reason) or unknown: nobody can tell yet
 */
function prove(Agent $agent, string $version): array
{
    $bootId = read_boot($agent->layout)['boot_id'];
    $crash = last_crash(read_crashes($agent->layout), $bootId);
    if ($crash !== null) {
        return at_fault("crash_at_boot: {$crash['message']}");
    }
    if (is_witness($agent) && !$agent->request->isCrashed) {
        return judge_answer(own_health($agent->config), $version);
    }
    $health = null;
    foreach (['health', 'admin', 'home'] as $mode) {
        $answer = ask_loopback($agent, $mode);
        if ($answer['kind'] === 'silent') {
            // A busy worker, or a page that took long, is no fault of the version; without even the first answer nothing is known.
            return $health === null ? ['state' => 'unknown'] : ['state' => 'proven', 'health' => $health];
        }
        if ($answer['kind'] === 'error') {
            return explain_error($agent, $bootId, $mode, $answer['status']);
        }
        if ($mode === 'home') {
            continue;
        }
        $judged = judge_answer($answer['health'], $version);
        if ($judged['state'] !== 'proven') {
            return $judged;
        }
        $health = $judged['health'];
    }
    return ['state' => 'proven', 'health' => $health];
}

/** The page did not come as it should: whose fault is it? */
function explain_error(Agent $agent, string $bootId, string $mode, int $status): array
{
    clearstatcache(true);
    $crash = last_crash(read_crashes($agent->layout), $bootId, '');
    if ($crash !== null && $crash['kind'] === 'crash') {
        return at_fault("crash_at_boot: {$crash['message']}");
    }
    // Out of memory or time: the next visit will tell more.
    return $crash === null ? at_fault("not_answering: $mode status $status") : ['state' => 'unknown'];
}

function judge_answer(?array $health, string $version): array
{
    if ($health === null) {
        return at_fault('not_answering');
    }
    return $health['version'] === $version ? ['state' => 'proven', 'health' => $health] : at_fault("wrong_version: {$health['version']}");
}

function at_fault(string $reason): array
{
    return ['state' => 'at_fault', 'reason' => substr($reason, 0, Limits::REASON_CHARS)];
}
