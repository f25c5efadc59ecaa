<?php

namespace Reliability\Agent;

/**
 * Works out what a command asks of the plugin's home (its version and the exact text of its configuration): where to go, where to return
 * to, and whether bytes must be fetched. Pure.
 *
 * @param array{version: string, config: ?string} $home what is on disk now
 * @return array{target: array, restore: ?array, must_fetch: bool}|array{refusal: string}
 */
function plan_change(array $command, array $home, array $journal): array
{
    if ($command['type'] === 'rollback') {
        return plan_rollback($command, $home, $journal);
    }
    if ($journal['attempt'] !== null) {
        return ['refusal' => 'busy'];
    }
    if ($command['type'] === 'restart') {
        return ['target' => $home, 'restore' => null, 'must_fetch' => false];
    }
    if ($command['type'] === 'config_update') {
        return ['target' => ['version' => $home['version'], 'config' => $command['config']], 'restore' => $home, 'must_fetch' => false];
    }
    return ['target' => ['version' => $command['to_version'], 'config' => $home['config']], 'restore' => $home, 'must_fetch' => true];
}

function plan_rollback(array $command, array $home, array $journal): array
{
    $to = $command['to_version'];
    $ref = $command['ref'];
    $lastGood = $journal['attempt']['restore'] ?? null;
    if ($lastGood !== null && $lastGood['version'] === $to) {
        return ['target' => $lastGood, 'restore' => null, 'must_fetch' => false];
    }
    // Nobody pre-empts an attempt towards anything but a known place.
    if ($journal['attempt'] !== null && $ref === $journal['attempt']['id']) {
        return ['refusal' => 'not_last_good'];
    }
    $isOfLast = $ref !== null && $ref === ($journal['last_commit']['id'] ?? null);
    $target = ['version' => $to, 'config' => $isOfLast ? $journal['last_commit']['config_before'] : $home['config']];
    $isKept = $to === $home['version'] || in_array($to, $journal['kept'], true);
    if (!$isKept && $command['artifact'] === null) {
        return ['refusal' => 'not_kept'];
    }
    return ['target' => $target, 'restore' => $lastGood ?? $home, 'must_fetch' => !$isKept];
}
