<?php

namespace Reliability\Agent;

const LOOPBACK_HEADER = 'x-reliability-loopback';

/**
 * Asks this very site a signed question, in a request of its own: `health`, `admin` (the same among the admin's code), `home` (the page as
 * a shopper gets it) or `preflight` (health of a candidate instead of the plugin in place).
 *
 * A host whose only worker is busy asking cannot answer. That is found once and believed for a while: `silent`.
 *
 * @return array{kind: string, status: int, health: ?array} kind: answer, error or silent
 */
function ask_loopback(Agent $agent, string $mode, string $argument = ''): array
{
    $silent = ['kind' => 'silent', 'status' => 0, 'health' => null];
    if (is_file($agent->layout->noLoopback) && filemtime($agent->layout->noLoopback) > time() - Limits::LOOPBACK_REST_S) {
        return $silent;
    }
    $nonce = bin2hex(random_bytes(16));
    $answer = wp_remote_get(loopback_url($agent->config, $mode, $nonce), [
        'headers' => [LOOPBACK_HEADER => sign_loopback($agent->config, $mode, $nonce, $argument, time()), 'cache-control' => 'no-cache'],
        'timeout' => Limits::LOOPBACK_TIMEOUT_S,
        'redirection' => 0,
        'sslverify' => false, // to ourselves; the nonce proves who answers
        'limit_response_size' => Limits::LOOPBACK_BYTES,
    ]);
    if (is_wp_error($answer)) {
        touch($agent->layout->noLoopback);
        return $silent;
    }
    $status = (int) wp_remote_retrieve_response_code($answer);
    if ($mode === 'home') {
        return ['kind' => $status < 500 ? 'answer' : 'error', 'status' => $status, 'health' => null];
    }
    $body = parse_object(wp_remote_retrieve_body($answer));
    $isOurs = $status === 200 && ($body['nonce'] ?? null) === $nonce;
    return ['kind' => $isOurs ? 'answer' : 'error', 'status' => $status, 'health' => $isOurs ? parse_health($body['health'] ?? null) : null];
}

function loopback_url(array $config, string $mode, string $nonce): string
{
    // The nonce stands in the address too, so that no page cache answers for us.
    $query = "reliability_agent=$mode&nonce=$nonce";
    if ($config['loopback_url'] !== null) {
        return rtrim($config['loopback_url'], '/') . ($mode === 'admin' ? '/wp-admin/admin-ajax.php' : '/') . "?$query";
    }
    return ($mode === 'admin' ? admin_url('admin-ajax.php') : home_url('/')) . "?$query";
}

function sign_loopback(array $config, string $mode, string $nonce, string $argument, int $at): string
{
    $said = "$at.$mode.$nonce." . bin2hex($argument);
    return "$said." . hash_hmac('sha256', "loopback.$said", $config['key']);
}

/** The question this request carries, or null when it carries none that we signed a moment ago. */
function read_loopback(array $config, string $header): ?array
{
    if (!preg_match('/\A(\d{1,12})\.([a-z]+)\.([0-9a-f]{32})\.([0-9a-f]*)\.([0-9a-f]{64})\z/', $header, $found)) {
        return null;
    }
    $argument = (string) hex2bin($found[4]);
    $isOurs = hash_equals(sign_loopback($config, $found[2], $found[3], $argument, (int) $found[1]), $header);
    $isFresh = abs(time() - (int) $found[1]) <= Limits::LOOPBACK_WINDOW_S;
    return $isOurs && $isFresh ? ['mode' => $found[2], 'nonce' => $found[3], 'argument' => $argument] : null;
}

/** Answers our own question, once everything is loaded. */
function answer_loopback(array $config, Request $request): void
{
    $answer = to_json(['nonce' => $request->loopback['nonce'], 'health' => own_health($config)]);
    status_header(200);
    header('content-type: application/json');
    header('cache-control: no-store');
    echo $answer;
    exit;
}
