<?php

namespace Reliability\Agent;

/** The DER of an Ed25519 public key is these bytes and then the key itself (RFC 8410). */
const ED25519_PREFIX = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/** The bytes a DSSE signature covers. Source: DSSE v1, "PAE". */
function pre_auth_encode(string $type, string $payload): string
{
    return 'DSSEv1 ' . strlen($type) . " $type " . strlen($payload) . " $payload";
}

/**
 * Opens a DSSE envelope: its payload and the known keys that really signed it.
 *
 * @param mixed  $envelope
 * @param string $type the only type accepted; the type is signed, so an approval can never pass for a command
 * @param array  $keys of a trust document
 * @return array{payload: string, signers: string[]}|array{problem: string} bad_envelope, unknown_key or bad_signature
 */
function open_envelope($envelope, string $type, array $keys): array
{
    $payload = read_payload($envelope, $type);
    if ($payload === null) {
        return ['problem' => 'bad_envelope'];
    }
    $signed = pre_auth_encode($type, $payload);
    $signers = [];
    $isAnyKnown = false;
    foreach ($envelope['signatures'] as $signature) {
        $key = find_key($keys, $signature['keyid']);
        if ($key === null) {
            continue;
        }
        $isAnyKnown = true;
        $sig = base64_decode($signature['sig'], true);
        if (is_string($sig) && strlen($sig) === 64 && sodium_crypto_sign_verify_detached($sig, $signed, $key)) {
            $signers[$signature['keyid']] = true;
        }
    }
    if ($signers !== []) {
        return ['payload' => $payload, 'signers' => array_map('strval', array_keys($signers))];
    }
    return ['problem' => $isAnyKnown ? 'bad_signature' : 'unknown_key'];
}

/** The payload's bytes, or null when the envelope has not exactly the shape it must have. @param mixed $envelope */
function read_payload($envelope, string $type): ?string
{
    if (!is_array($envelope) || ($envelope['payloadType'] ?? null) !== $type) {
        return null;
    }
    $payload = $envelope['payload'] ?? null;
    $signatures = $envelope['signatures'] ?? null;
    if (!is_string($payload) || strlen($payload) > Limits::PAYLOAD_BYTES * 2) {
        return null;
    }
    $bytes = base64_decode($payload, true);
    if ($bytes === false || strlen($bytes) > Limits::PAYLOAD_BYTES || base64_encode($bytes) !== $payload) {
        return null;
    }
    if (!is_array($signatures) || $signatures === [] || count($signatures) > Limits::ENVELOPE_SIGNATURES) {
        return null;
    }
    foreach ($signatures as $one) {
        if (!is_array($one) || !is_string($one['keyid'] ?? null) || !is_string($one['sig'] ?? null)) {
            return null;
        }
    }
    return $bytes;
}

/** A pinned key's 32 bytes, or null when it is unknown, not Ed25519, or its keyid is not its own digest. */
function find_key(array $keys, string $keyid): ?string
{
    foreach ($keys as $key) {
        if (!is_array($key) || ($key['keyid'] ?? null) !== $keyid) {
            continue;
        }
        $der = base64_decode((string) ($key['public_key'] ?? ''), true);
        $isSound = $der !== false && hash('sha256', $der) === $keyid && strlen($der) === 44 && substr($der, 0, 12) === ED25519_PREFIX;
        return $isSound ? substr($der, 12) : null;
    }
    return null;
}

/** The fields of one JSON object, or null when the bytes are no such thing. */
function parse_object(string $bytes): ?array
{
    // A list and an object look alike once decoded into arrays, so the first character decides.
    $value = strncmp(ltrim($bytes), '{', 1) === 0 ? json_decode($bytes, true) : null;
    return is_array($value) ? $value : null;
}

/** A time of the protocol in seconds since 1970, or null when the text is no RFC 3339 time. @param mixed $text */
function parse_time($text): ?float
{
    if (!is_string($text) || !preg_match('/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\z/', $text)) {
        return null;
    }
    $time = date_create($text);
    return $time === false ? null : (float) $time->format('U.u');
}
