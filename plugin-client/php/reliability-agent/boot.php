<?php

namespace Reliability\Agent;

/**
 * What every request of the shop pays for the agent: read agent.json, look at two files' times, hook in. Whatever goes wrong in here is
 * written to PHP's error log and goes no further: the agent must never be why a shop is down.
 *
 * @param string $dir the agent's directory; without an agent.json in it there is no agent
 */
function boot(string $dir): void
{
    if (!is_file("$dir/agent.json")) {
        return;
    }
    try {
        require_once __DIR__ . '/load.php';
        $config = parse_config(read_json("$dir/agent.json"));
        $layout = new Layout($dir, WP_PLUGIN_DIR . '/' . $config['folder']);
        $request = new Request();
        $agent = new Agent($config, $layout, $request);
        guard($agent);
        $request->bootId = read_boot($layout)['boot_id'];
        hook($agent);
    } catch (\Throwable $error) {
        error_log("reliability agent: {$error->getMessage()}");
    }
}

/** Before any plugin is loaded: put right what a death left behind, unless somebody living is at it. */
function guard(Agent $agent): void
{
    if (!is_file($agent->layout->underWay)) {
        return;
    }
    $agent->journal->reload();
    $lock = take_lock($agent->layout);
    if ($lock !== null) {
        try {
            $agent->journal->reload();
            settle_at_boot($agent);
        } finally {
            release_lock($lock);
        }
    }
    $phase = $agent->journal->data['attempt']['phase'] ?? 'staging';
    // What a command starts again after an isolation must be loaded to be proven.
    if ($agent->journal->data['isolated'] && $phase === 'staging') {
        add_filter('option_active_plugins', __NAMESPACE__ . '\without_the_plugin');
    }
}

function hook(Agent $agent): void
{
    $config = $agent->config;
    $request = $agent->request;
    Current::$agent = $agent;
    $request->loopback = read_loopback($config, (string) ($_SERVER['HTTP_X_RELIABILITY_LOOPBACK'] ?? ''));
    $request->isWake = is_wake_page() || (defined('DOING_CRON') && DOING_CRON);
    if ($request->isWake) {
        // Whoever wakes us need not stay: WordPress writes the page out before our turn, and PHP would end with the first byte nobody takes.
        ignore_user_abort(true);
    }
    Current::$reserve = str_repeat(' ', Limits::RESERVE_BYTES);
    register_shutdown_function(__NAMESPACE__ . '\shut_down');

    add_filter('reliability_config', __NAMESPACE__ . '\read_plugin_config');
    add_filter('cron_schedules', __NAMESPACE__ . '\add_minute');
    add_action('init', __NAMESPACE__ . '\plan_cron');
    add_action('reliability_agent_tick', '__return_null'); // being a visit is all that cron has to do
    add_action('wp_loaded', __NAMESPACE__ . '\become_whole', PHP_INT_MAX);
    if (($request->loopback['mode'] ?? '') === 'preflight') {
        add_filter('option_active_plugins', __NAMESPACE__ . '\without_the_plugin');
        add_action('muplugins_loaded', __NAMESPACE__ . '\load_candidate', PHP_INT_MAX);
    }
}

/** The one agent of this request; hooks of WordPress know no other way to it. */
final class Current
{
    /** @var Agent */
    public static $agent;
    /** @var string|null given back when memory has run out */
    public static $reserve;
}

function is_wake_page(): bool
{
    return ($_GET['reliability_agent'] ?? null) === 'wake';
}

/** @param mixed $plugins */
function without_the_plugin($plugins): array
{
    $config = Current::$agent->config;
    return array_values(array_diff(is_array($plugins) ? $plugins : [], ["{$config['folder']}/{$config['main']}"]));
}

/** In our own signed request alone: the candidate instead of the plugin in place. */
function load_candidate(): void
{
    $agent = Current::$agent;
    $version = $agent->request->loopback['argument'];
    if (is_kept($agent->layout, $version)) {
        include_once "{$agent->layout->versions}/$version/{$agent->config['main']}";
    }
}

/** @param mixed $default what the plugin takes when nothing was configured */
function read_plugin_config($default)
{
    return read_json(Current::$agent->layout->config) ?? $default;
}

function add_minute(array $schedules): array
{
    return $schedules + ['reliability_minute' => ['interval' => 60, 'display' => 'Reliability agent']];
}

function plan_cron(): void
{
    if (!wp_next_scheduled('reliability_agent_tick')) {
        wp_schedule_event(time(), 'reliability_minute', 'reliability_agent_tick');
    }
}

/** Every plugin is loaded. Our own questions are answered here; Center's probe gets its answer here, and its tick afterwards. */
function become_whole(): void
{
    $agent = Current::$agent;
    $agent->request->isWhole = true;
    $loopback = $agent->request->loopback;
    if ($loopback !== null && $loopback['mode'] !== 'home') {
        answer_loopback($agent->config, $agent->request);
    }
    if ($loopback === null && is_wake_page()) {
        status_header(200);
        header('content-type: application/json');
        header('cache-control: no-store');
        echo '{"awake":true}';
        exit;
    }
}

/** The end of every request, also of one that crashed: note the crash, let the page go, do the agent's turn. */
function shut_down(): void
{
    Current::$reserve = null;
    $agent = Current::$agent;
    try {
        notice_end($agent);
        if ($agent->request->loopback !== null) {
            return;
        }
        watch_fail_rate($agent);
        if (is_wake_page()) {
            hasten_beat($agent);
        }
        if (is_tick_due($agent)) {
            take_turn($agent);
        }
    } catch (\Throwable $error) {
        error_log("reliability agent: {$error->getMessage()}");
    }
}

function notice_end(Agent $agent): void
{
    if (($agent->request->loopback['mode'] ?? '') === 'preflight') {
        return; // what a candidate does there is seen by whoever asked
    }
    $crash = find_crash(error_get_last(), $agent->layout->place);
    if ($crash === null) {
        return;
    }
    $agent->request->isCrashed = true;
    note_crash($agent->layout, $crash, $agent->request->bootId, $agent->now());
    plan_beat($agent, 0);
}

/** Something is under way that a turn can move on, or a beat is due. */
function is_tick_due(Agent $agent): bool
{
    if (is_beat_due($agent->layout)) {
        return true;
    }
    if (!is_file($agent->layout->underWay)) {
        return false;
    }
    $attempt = $agent->journal->data['attempt'] ?? null;
    return $attempt !== null && ($attempt['phase'] !== 'probation' || $agent->now() >= $attempt['deadline_at']);
}

/** A turn may take seconds. Where the page can be let go first, or nobody waits for one, it is taken here; else a request of our own is begun and not waited for. */
function take_turn(Agent $agent): void
{
    if (function_exists('fastcgi_finish_request')) {
        fastcgi_finish_request();
        tick($agent);
    } elseif ($agent->request->isWake || $agent->request->isCrashed) {
        if (function_exists('litespeed_finish_request')) {
            litespeed_finish_request();
        }
        tick($agent);
    } else {
        wp_remote_get(loopback_url($agent->config, 'wake', bin2hex(random_bytes(16))), ['timeout' => 0.01, 'blocking' => false, 'sslverify' => false]);
    }
}
