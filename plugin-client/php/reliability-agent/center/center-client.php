<?php

namespace Reliability\Agent;

/**
 * The headers that prove a request comes from this plugin (Standard Webhooks, HMAC-SHA256 over id, timestamp and the exact body).
 */
function sign_request(array $config, string $body): array
{
    $id = 'msg_' . uuid4();
    $timestamp = (string) time();
    return [
        'plugin-id' => $config['plugin_id'],
        'webhook-id' => $id,
        'webhook-timestamp' => $timestamp,
        'webhook-signature' => message_signature($config['key'], $id, $timestamp, $body),
        'accept-encoding' => 'identity',
    ];
}

/** Of one message, by Standard Webhooks. @param string $key the bytes that the secret encodes after whsec_ */
function message_signature(string $key, string $id, string $timestamp, string $body): string
{
    return 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
}

/**
 * Posts JSON to Center. Redirects are never followed: a signed request goes to Center or nowhere.
 *
 * @return array{status: int, retry_after_s: ?int, json: ?array}
 * @throws \RuntimeException when Center cannot be reached
 */
function post_to_center(array $config, string $path, string $body): array
{
    $answer = wp_remote_post($config['center_url'] . $path, [
        'headers' => sign_request($config, $body) + ['content-type' => 'application/json'],
        'body' => $body,
        'timeout' => Limits::REQUEST_TIMEOUT_S,
        'redirection' => 0,
        'user-agent' => 'reliability-agent-php',
        'limit_response_size' => Limits::REPLY_BYTES,
    ]);
    if (is_wp_error($answer)) {
        throw new \RuntimeException($answer->get_error_message());
    }
    $retryAfter = (string) wp_remote_retrieve_header($answer, 'retry-after');
    return [
        'status' => (int) wp_remote_retrieve_response_code($answer),
        'retry_after_s' => preg_match('/\A\d{1,6}\z/', $retryAfter) ? (int) $retryAfter : null,
        'json' => parse_object(wp_remote_retrieve_body($answer)),
    ];
}

function uuid4(): string
{
    $bytes = random_bytes(16);
    $bytes[6] = chr((ord($bytes[6]) & 0x0f) | 0x40);
    $bytes[8] = chr((ord($bytes[8]) & 0x3f) | 0x80);
    return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
}
