<?php

namespace Reliability\Agent;

const COMMAND_TYPE = 'application/vnd.reliability.command+json';
const UUID = '/\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z/';
const PLANNED = ['update', 'rollback', 'config_update', 'restart', 'isolate'];
const TYPES = ['update', 'rollback', 'config_update', 'restart', 'isolate', 'commit', 'ping'];

/**
 * Decides whether a signed command may be obeyed here and now. Pure: the same envelope and context give the same verdict.
 *
 * The order of the checks is part of the protocol: envelope, known key and signature, plugin, time, id seen before, plan, versions,
 * artifact, quorum. Without a valid signature nothing in the envelope is believed, so nobody is answered ("ignored").
 *
 * @param mixed $envelope
 * @param array{plugin_id: string, trust: array, now: float, disk_version: ?string, seen_digest: callable, quorum_for?: string,
 *   has_vendors_word?: bool} $context quorum_for: as the merchant pinned it, `major` unless said otherwise
 * @return array{outcome: string, reason?: string, id?: string, digest?: string, command?: array}
 */
function verify_command($envelope, array $context): array
{
    $opened = open_envelope($envelope, COMMAND_TYPE, $context['trust']['keys']);
    if (isset($opened['problem'])) {
        return ['outcome' => 'ignored', 'reason' => $opened['problem']];
    }
    $payload = parse_object($opened['payload']);
    if ($payload === null || !is_string($payload['id'] ?? null) || !preg_match(UUID, $payload['id'])) {
        return ['outcome' => 'ignored', 'reason' => 'bad_payload'];
    }
    $digest = hash('sha256', $opened['payload']);
    $refused = static function (string $reason) use ($payload, $digest): array {
        return ['outcome' => 'refused', 'id' => $payload['id'], 'digest' => $digest, 'reason' => $reason];
    };

    $first = ($payload['plugin_id'] ?? null) === $context['plugin_id'] ? check_time($payload, $context['now']) : 'wrong_plugin';
    if ($first !== null) {
        return $refused($first);
    }
    if (!in_array($payload['type'] ?? null, TYPES, true)) {
        return $refused('unknown_type');
    }
    $seen = $context['seen_digest']($payload['id']);
    if ($seen !== null) {
        $repeat = ['outcome' => 'repeat', 'command' => settle_command($payload, null, $opened['payload'], true), 'digest' => $digest];
        return $seen === $digest ? $repeat : $refused('id_reused');
    }
    $plan = null;
    if (in_array($payload['type'], PLANNED, true)) {
        $checked = check_plan($payload, $context);
        if (isset($checked['problem'])) {
            return $refused($checked['problem']);
        }
        $plan = $checked['plan'];
    }
    $problem = check_versions($payload, $context['disk_version']) ?? check_cargo($payload, $opened['payload']);
    if ($problem !== null) {
        return $refused($problem);
    }
    $isSigned = $plan !== null && is_signed_by_people($payload, $context);
    $needs = $plan === null ? 'no' : needs_people($payload, $plan, $context);
    if ($needs === 'never' || ($needs === 'yes' && !$isSigned)) {
        return $refused('quorum');
    }
    $command = settle_command($payload, $plan, $opened['payload'], $needs === 'vendor_says' && !$isSigned);
    return ['outcome' => 'accepted', 'command' => $command, 'digest' => $digest];
}

function check_time(array $payload, float $now): ?string
{
    $notBefore = parse_time($payload['not_before'] ?? ($payload['issued_at'] ?? null));
    $expiresAt = parse_time($payload['expires_at'] ?? null);
    if ($notBefore === null || $expiresAt === null) {
        return 'bad_times';
    }
    if ($now < $notBefore - Limits::CLOCK_SKEW_S) {
        return 'not_yet_valid';
    }
    return $now >= $expiresAt ? 'expired' : null;
}

function check_versions(array $payload, ?string $disk): ?string
{
    $from = $payload['from_version'] ?? null;
    $to = $payload['to_version'] ?? null;
    if ($payload['type'] === 'commit' || $payload['type'] === 'ping') {
        return null;
    }
    if ($disk === null) {
        return 'nothing_installed';
    }
    if ($payload['type'] === 'update') {
        if ($from !== $disk) {
            return 'from_version';
        }
        if (parse_version($to) === null) {
            return 'to_version';
        }
        return compare_versions($to, $disk) > 0 ? null : 'downgrade';
    }
    if ($payload['type'] === 'rollback') {
        if (parse_version($to) === null) {
            return 'to_version';
        }
        // Already there is no error: the agent may have restored the last good copy before Center asked.
        if ($to !== $disk && $from !== null && $from !== $disk) {
            return 'from_version';
        }
        // Upwards would be an update that dodges the quorum.
        return compare_versions($to, $disk) <= 0 ? null : 'not_a_rollback';
    }
    if ($from !== null && $from !== $disk) {
        return 'from_version';
    }
    return $to === null || $to === $disk ? null : 'to_version';
}

/** What the command brings along. */
function check_cargo(array $payload, string $bytes): ?string
{
    $type = $payload['type'];
    $artifact = $payload['artifact'] ?? null;
    $config = $payload['config'] ?? null;
    $ref = $payload['ref'] ?? null;
    $probation = $payload['probation_s'] ?? null;
    if ($ref !== null && !(is_string($ref) && preg_match(UUID, $ref))) {
        return 'bad_ref';
    }
    if ($type === 'commit' && $ref === null) {
        return 'bad_ref';
    }
    if (($type === 'update' && $artifact === null) || ($artifact !== null && !is_artifact($artifact))) {
        return 'artifact';
    }
    // What a plan's digest does not cover travels only under the type that says so.
    if (($config !== null) !== ($type === 'config_update')) {
        return 'config';
    }
    if ($config !== null && (!is_array($config) || config_text($bytes) === null)) {
        return 'config';
    }
    $isProbation = $probation === null || (is_int($probation) && $probation >= 1 && $probation <= Limits::PROBATION_MAX_S);
    return $isProbation ? null : 'probation';
}

/** The configuration of a payload as the text to store, or null when it is no object or too long. */
function config_text(string $payload): ?string
{
    $decoded = json_decode($payload); // objects stay objects: {} and [] must not become the same
    if (!is_object($decoded) || !isset($decoded->config) || !is_object($decoded->config)) {
        return null;
    }
    $text = json_encode($decoded->config, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    $plain = json_encode($decoded->config, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    return is_string($text) && is_string($plain) && strlen($plain) <= Limits::CONFIG_BYTES ? $text : null;
}

/** @param mixed $artifact */
function is_artifact($artifact): bool
{
    $sha256 = is_array($artifact) ? ($artifact['sha256'] ?? null) : null;
    if (!is_string($sha256) || !preg_match('/\A[0-9a-f]{64}\z/', $sha256) || ($artifact['url'] ?? null) !== "/api/artifacts/$sha256") {
        return false;
    }
    $length = $artifact['length'] ?? null;
    return is_int($length) && $length > 0 && $length <= Limits::ARTIFACT_BYTES;
}

/** Whether so many people as the trust wants signed this very plan; with no approver configured, nobody ever did. */
function is_signed_by_people(array $payload, array $context): bool
{
    $threshold = $context['trust']['threshold'];
    $needed = is_int($threshold) ? max(1, $threshold) : PHP_INT_MAX;
    return count_approvals($payload['quorum'] ?? null, $payload['plan_digest'], $context['trust']['approver_keys'], $context['now']) >= $needed;
}

/** `config` is the text to store, not the object; `refuses_high_impact`: nobody signed, and the merchant wants that for what weighs much. */
function settle_command(array $payload, ?array $plan, string $bytes, bool $refusesHighImpact): array
{
    $config = isset($payload['config']) ? config_text($bytes) : null;
    $command = ['config' => $config, 'refuses_high_impact' => $refusesHighImpact];
    $command['plugin_key'] = is_string($plan['plugin_key'] ?? null) ? $plan['plugin_key'] : null;
    $command['probation_s'] = $payload['probation_s'] ?? Limits::PROBATION_DEFAULT_S;
    foreach (['id', 'type', 'from_version', 'to_version', 'artifact', 'ref'] as $name) {
        $command[$name] = $payload[$name] ?? null;
    }
    return $command;
}
