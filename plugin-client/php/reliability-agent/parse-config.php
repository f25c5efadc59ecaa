<?php

namespace Reliability\Agent;

/** A configuration the agent cannot work with; the message never holds the secret. */
final class ConfigError extends \RuntimeException
{
}

/**
 * Checks agent.json and fills in the defaults.
 *
 * @return array{center_url: string, plugin_id: string, key: string, trust: array, is_pinned: bool, quorum_for: string, folder: string, main: string,
 *   version_constant: ?string, loopback_url: ?string, beat_interval_s: int, crash_loop: array}
 * @throws ConfigError naming the first field that is wrong
 */
function parse_config(?array $raw): array
{
    need($raw !== null, 'agent.json must be a JSON object');
    $plugin = $raw['plugin'] ?? null;
    $trust = $raw['trust'] ?? null;
    need(is_text($raw['center_url'] ?? null, '#\Ahttps?://[^\s/]+(?:/[^\s]*)?\z#'), 'center_url must be an http(s) URL');
    need(is_text($raw['plugin_id'] ?? null, '/\A[\x21-\x7e]{1,128}\z/'), 'plugin_id must be printable text');
    need(is_text($raw['secret'] ?? null, '#\Awhsec_[A-Za-z0-9+/]{16,}={0,2}\z#'), 'secret must be whsec_<base64>');
    need(is_array($trust) && is_array($trust['keys'] ?? null) && $trust['keys'] !== [], "trust.keys must hold Center's public keys");
    need(is_array($trust['approver_keys'] ?? []), 'trust.approver_keys must be a list');
    need(is_count($trust['version'] ?? 0, 0, PHP_INT_MAX), 'trust.version must be a whole number');
    need(is_array($plugin) && is_text($plugin['folder'] ?? null, '/\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z/'), 'plugin.folder must name a folder of plugins');
    $main = $plugin['main'] ?? "{$plugin['folder']}.php";
    need(is_text($main, '/\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.php\z/'), 'plugin.main must name a PHP file of that folder');
    $loop = $raw['crash_loop'] ?? ['crashes' => 3, 'within_s' => 30];
    need(is_array($loop) && is_count($loop['crashes'] ?? null, 1, 100) && is_count($loop['within_s'] ?? null, 1, 3600), 'crash_loop must be { crashes, within_s }');
    $interval = $raw['beat_interval_s'] ?? 120;
    need(is_count($interval, Limits::BEAT_FLOOR_S, Limits::BEAT_CEILING_S), 'beat_interval_s is out of bounds');
    $quorumFor = $raw['quorum_for'] ?? $trust['quorum_for'] ?? 'major';
    need(in_array($quorumFor, QUORUM_FOR, true), 'quorum_for must be one of ' . implode(', ', QUORUM_FOR));
    return [
        'center_url' => rtrim($raw['center_url'], '/'),
        'plugin_id' => $raw['plugin_id'],
        'key' => (string) base64_decode(substr($raw['secret'], strlen('whsec_')), true),
        'trust' => [
            'keys' => $trust['keys'],
            'approver_keys' => $trust['approver_keys'] ?? [],
            'threshold' => $trust['threshold'] ?? 1,
            'version' => $trust['version'] ?? 0,
        ],
        'is_pinned' => ($raw['tuf_root'] ?? $trust['tuf_root'] ?? null) !== null,
        'quorum_for' => $quorumFor,
        'folder' => $plugin['folder'],
        'main' => $main,
        'version_constant' => is_text($plugin['version_constant'] ?? null, '/\A[A-Za-z_][A-Za-z0-9_\\\\:]*\z/') ? $plugin['version_constant'] : null,
        'loopback_url' => is_text($plugin['loopback_url'] ?? null, '#\Ahttps?://#') ? $plugin['loopback_url'] : null,
        'beat_interval_s' => $interval,
        'crash_loop' => $loop,
    ];
}

/** @param mixed $holds */
function need($holds, string $message): void
{
    if (!$holds) {
        throw new ConfigError("agent configuration: $message");
    }
}

/** @param mixed $value */
function is_text($value, string $pattern): bool
{
    return is_string($value) && preg_match($pattern, $value) === 1;
}

/** @param mixed $value */
function is_count($value, int $least, int $most): bool
{
    return is_int($value) && $value >= $least && $value <= $most;
}
