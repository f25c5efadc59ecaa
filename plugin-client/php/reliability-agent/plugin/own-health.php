<?php

namespace Reliability\Agent;

/**
 * Asks the plugin as this very request loaded it who it is and how it fares: the filter `reliability_health`, answered by the plugin's
 * own code, or a constant that holds its version.
 *
 * @return array{version: string, active: bool, telemetry: array, counters: array, errors: array}|null null when it does not answer soundly
 */
function own_health(array $config): ?array
{
    try {
        $raw = apply_filters('reliability_health', null);
    } catch (\Throwable $error) {
        return null;
    }
    if ($raw === null && $config['version_constant'] !== null && defined($config['version_constant'])) {
        $raw = ['version' => (string) constant($config['version_constant'])];
    }
    $health = parse_health($raw);
    if ($health !== null && !isset($health['telemetry']['memory_mb'])) {
        $health['telemetry']['memory_mb'] = round(memory_get_peak_usage(true) / 1048576, 1);
    }
    return $health;
}

/**
 * Cuts a plugin's answer down to what may travel in a beat. The plugin's code is not trusted: names, sizes and numbers are checked.
 *
 * @param mixed $raw
 */
function parse_health($raw): ?array
{
    $version = is_array($raw) ? ($raw['version'] ?? null) : null;
    if (!is_string($version) || $version === '' || strlen($version) > Limits::NAME_CHARS) {
        return null;
    }
    return [
        'version' => $version,
        'active' => ($raw['active'] ?? true) === true,
        'telemetry' => finite_numbers($raw['telemetry'] ?? []),
        'counters' => finite_numbers($raw['counters'] ?? []),
        'errors' => parse_errors($raw['errors'] ?? []),
    ];
}

/** @param mixed $map */
function finite_numbers($map): array
{
    $known = [];
    foreach (is_array($map) ? $map : [] as $name => $value) {
        $isNamed = is_string($name) && strlen($name) <= Limits::NAME_CHARS && preg_match('/\A[a-z][a-z0-9_]*\z/', $name);
        if ($isNamed && (is_int($value) || (is_float($value) && is_finite($value)))) {
            $known[$name] = $value;
        }
    }
    return array_slice($known, 0, Limits::TELEMETRY_KEYS, true);
}

/** @param mixed $list */
function parse_errors($list): array
{
    $known = [];
    foreach (is_array($list) ? $list : [] as $one) {
        if (is_array($one) && is_string($one['code'] ?? null) && is_string($one['fingerprint'] ?? null) && is_count($one['count'] ?? null, 0, PHP_INT_MAX)) {
            $known[] = ['code' => substr($one['code'], 0, Limits::NAME_CHARS), 'fingerprint' => substr($one['fingerprint'], 0, Limits::NAME_CHARS), 'count' => $one['count']];
        }
    }
    return array_slice($known, 0, Limits::ERRORS_PER_BEAT);
}
