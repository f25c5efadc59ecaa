<?php

namespace Reliability\Agent;

/** What this agent can be told to do. */
const CAPABILITIES = ['update', 'rollback', 'config_update', 'restart', 'isolate', 'ping'];
/** Said besides by an agent with a pinned root: it takes only what vendors signed. */
const TAKES_ONLY_SIGNED = 'tuf';
/** Said besides by an agent whose merchant wants people's signatures for more than majors, with what for. */
const WANTS_QUORUM = 'quorum:';
const COUNTERS = ['webhooks_sent', 'webhooks_failed', 'errors_total'];
/** Said of a disk on which no version can be read; no version looks like it. */
const NO_VERSION = 'none';

/**
 * Sends one beat and hands the commands of its answer on.
 *
 * @return array|null envelopes; null when nothing could be said, or Center did not store it
 */
function send_beat(Agent $agent): ?array
{
    touch($agent->layout->lastBeat);
    $seen = observe($agent);
    if ($seen === null) {
        // This request loaded a version that is no longer in place, and nobody else can be asked: the next visit will tell.
        plan_beat($agent, 0);
        return null;
    }
    $told = read_json($agent->layout->told) ?? [];
    $beat = build_beat($agent, $seen['health'], $told);
    try {
        $reply = post_to_center($agent->config, '/api/plugins/heartbeat', to_json($beat));
    } catch (\RuntimeException $error) {
        $agent->log('warn', "a beat did not reach Center: {$error->getMessage()}");
        plan_beat($agent, Limits::BEAT_RETRY_S);
        return null;
    }
    if ($reply['status'] !== 200 || $reply['json'] === null) {
        plan_beat($agent, min($reply['retry_after_s'] ?? Limits::BEAT_RETRY_S, Limits::BEAT_CEILING_S));
        return null;
    }
    remember_told($agent, $beat['data'], $told, $reply['json']['checkpoint'] ?? null);
    adopt_trust($agent, $reply['json']['trust'] ?? []);
    $next = $reply['json']['next_heartbeat_in_s'] ?? null;
    $pace = is_int($next) || is_float($next) ? (int) $next : $agent->config['beat_interval_s'];
    plan_beat($agent, min(Limits::BEAT_CEILING_S, max(Limits::BEAT_FLOOR_S, $pace)));
    $commands = $reply['json']['commands'] ?? [];
    return is_array($commands) ? array_slice(array_values($commands), 0, Limits::COMMANDS_PER_BEAT) : [];
}

/** The next beat is due in so many seconds: the file's time says it, since every request looks and a look must cost nothing. */
function plan_beat(Agent $agent, int $seconds): void
{
    touch($agent->layout->nextBeat, time() + $seconds);
}

/** Somebody wakes us, most likely Center, which has something to say: it shall not wait for the next beat's time. */
function hasten_beat(Agent $agent): void
{
    clearstatcache(true, $agent->layout->lastBeat);
    if (!is_file($agent->layout->lastBeat) || filemtime($agent->layout->lastBeat) <= time() - Limits::WAKE_FLOOR_S) {
        plan_beat($agent, 0);
    }
}

/** @return string[] */
function capabilities_of(array $config): array
{
    $wanted = $config['quorum_for'] === 'major' ? [] : [WANTS_QUORUM . $config['quorum_for']];
    return array_merge(CAPABILITIES, $config['is_pinned'] ? [TAKES_ONLY_SIGNED] : [], $wanted);
}

/** @param array|null $health null: the plugin does not answer; running_version is then what would run, and `active: false` says that it does not */
function build_beat(Agent $agent, ?array $health, array $told): array
{
    $boot = $health === null ? read_boot($agent->layout) : keep_base($agent->layout, $health);
    $disk = disk_version($agent->layout) ?? NO_VERSION;
    $counters = counters_since_boot($boot, $health);
    $crashes = read_crashes($agent->layout);
    $telemetry = array_merge($health['telemetry'] ?? [], $counters);
    $rate = fail_rate($boot['boot_id'], $counters, $told);
    if ($rate !== null) {
        $telemetry['webhook_fail_rate'] = $rate;
    } elseif (isset($counters['webhooks_sent'])) {
        unset($telemetry['webhook_fail_rate']); // no traffic is no evidence
    }
    $telemetry['crashes_last_hour'] = count_crashes($crashes, $agent->now() - 3600000);
    $telemetry['refused_commands'] = $told['refused_commands'] ?? 0;
    if ($agent->trust['approver_keys'] !== []) {
        $telemetry['trust_version'] = $agent->trust['version']; // who trusts nobody could believe no document, and does not ask
    }
    global $wp_version;
    $data = [
        'plugin_id' => $agent->config['plugin_id'],
        'boot_id' => $boot['boot_id'],
        'seq' => ($told['seq'] ?? 0) + 1,
        'running_version' => $health['version'] ?? $disk,
        'disk_version' => $disk,
        'active' => $health['active'] ?? false,
        'platform' => ['name' => 'wordpress', 'version' => (string) $wp_version, 'runtime' => 'php ' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION],
        'telemetry' => (object) $telemetry,
        'errors' => array_slice(array_merge(fresh_errors($crashes, $told['at'] ?? 0), $health['errors'] ?? []), 0, Limits::ERRORS_PER_BEAT),
        'capabilities' => capabilities_of($agent->config),
    ];
    if (isset($told['checkpoint'])) {
        $data['last_checkpoint'] = $told['checkpoint'];
    }
    return ['type' => 'plugin.heartbeat', 'timestamp' => rfc3339($agent->now()), 'data' => $data];
}

/** The share of failed webhooks since the last beat that Center took, 0..1; null when nothing was sent. */
function fail_rate(string $bootId, array $counters, array $told): ?float
{
    $isSameBoot = ($told['boot_id'] ?? '') === $bootId;
    $sent = ($counters['webhooks_sent'] ?? 0) - ($isSameBoot ? $told['sent'] ?? 0 : 0);
    $failed = ($counters['webhooks_failed'] ?? 0) - ($isSameBoot ? $told['failed'] ?? 0 : 0);
    return $sent > 0 ? max(0.0, min(1.0, $failed / $sent)) : null;
}

/** @param mixed $checkpoint of Center's log: the fleet witnesses the log by echoing what it saw */
function remember_told(Agent $agent, array $data, array $told, $checkpoint): void
{
    $telemetry = (array) $data['telemetry'];
    $told['boot_id'] = $data['boot_id'];
    $told['seq'] = $data['seq'];
    $told['sent'] = $telemetry['webhooks_sent'] ?? 0;
    $told['failed'] = $telemetry['webhooks_failed'] ?? 0;
    $told['is_failing'] = is_failing((float) ($telemetry['webhook_fail_rate'] ?? 0));
    $told['at'] = $agent->now();
    if (is_string($checkpoint) && strlen($checkpoint) <= Limits::CHECKPOINT_BYTES) {
        $told['checkpoint'] = $checkpoint;
    }
    write_durably($agent->layout->told, to_json($told));
}

function rfc3339(int $ms): string
{
    return gmdate('Y-m-d\TH:i:s', intdiv($ms, 1000)) . sprintf('.%03dZ', $ms % 1000);
}
