<?php

namespace Reliability\Agent;

/**
 * Wishes for a beat when the share of failed webhooks crossed the local threshold, in either direction, on enough traffic to mean
 * something. Asked of the plugin in the request at hand, and only every few seconds: every request pays for this look.
 */
function watch_fail_rate(Agent $agent): void
{
    $look = $agent->layout->lastLook;
    if (!$agent->request->isWhole || (is_file($look) && filemtime($look) > time() - Limits::LOOK_S)) {
        return;
    }
    touch($look);
    $boot = read_boot($agent->layout);
    if ($agent->request->bootId !== $boot['boot_id']) {
        return;
    }
    $told = read_json($agent->layout->told) ?? [];
    $counters = counters_since_boot($boot, own_health($agent->config));
    $isSameBoot = ($told['boot_id'] ?? '') === $boot['boot_id'];
    $sent = ($counters['webhooks_sent'] ?? 0) - ($isSameBoot ? $told['sent'] ?? 0 : 0);
    $rate = fail_rate($boot['boot_id'], $counters, $told);
    if ($sent >= Limits::LOCAL_FAIL_MINIMUM && $rate !== null && is_failing($rate) !== ($told['is_failing'] ?? false)) {
        plan_beat($agent, 0);
    }
}

function is_failing(float $rate): bool
{
    return $rate >= Limits::LOCAL_FAIL_RATE;
}
