<?php

namespace Reliability\Agent;

/**
 * Checks that a command does exactly what its plan says, since approvers and policy saw the plan and not the command.
 *
 * @param array $payload the command as signed
 * @param array{plugin_id: string, now: float} $context
 * @return array{plan: array}|array{problem: string}
 */
function check_plan(array $payload, array $context): array
{
    if (!is_string($payload['plan'] ?? null) || !is_string($payload['plan_digest'] ?? null)) {
        return ['problem' => 'no_plan'];
    }
    $bytes = base64_decode($payload['plan'], true);
    if ($bytes === false || !hash_equals('sha256:' . hash('sha256', $bytes), $payload['plan_digest'])) {
        return ['problem' => 'plan_digest'];
    }
    $plan = parse_object($bytes);
    if ($plan === null) {
        return ['problem' => 'plan_unreadable'];
    }
    if (!is_array($plan['plugin_ids'] ?? null) || !in_array($context['plugin_id'], $plan['plugin_ids'], true)) {
        return ['problem' => 'plan_target'];
    }
    if (($plan['type'] ?? null) !== $payload['type']) {
        return ['problem' => 'plan_type'];
    }
    if (($plan['from_version'] ?? null) !== ($payload['from_version'] ?? null)) {
        return ['problem' => 'plan_from_version'];
    }
    if (($plan['to_version'] ?? null) !== ($payload['to_version'] ?? null)) {
        return ['problem' => 'plan_to_version'];
    }
    $sha256 = is_array($payload['artifact'] ?? null) ? ($payload['artifact']['sha256'] ?? null) : null;
    if (($plan['artifact_sha256'] ?? null) !== $sha256) {
        return ['problem' => 'plan_artifact'];
    }
    $expiresAt = parse_time($plan['expires_at'] ?? null);
    return $expiresAt !== null && $expiresAt > $context['now'] ? ['plan' => $plan] : ['problem' => 'plan_expired'];
}
