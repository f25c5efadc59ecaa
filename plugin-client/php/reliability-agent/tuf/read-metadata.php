<?php

namespace Reliability\Agent;

/** Signed metadata that is not to be believed, or does not allow what was ordered. Its message is the reason that Center is told. */
final class TufError extends \RuntimeException
{
}

/**
 * The bytes that a signature covers: OLPC canonical JSON, as TUF prescribes. Objects are stdClass, so that an empty one is no empty list.
 *
 * @param mixed $value
 * @throws \RangeException for a number that is no whole one, and for nesting deeper than the limit
 */
function canonicalize($value, int $depth = 0): string
{
    if ($depth > Limits::TUF_DEPTH) {
        throw new \RangeException('nested too deep');
    }
    if ($value === null) {
        return 'null';
    }
    if (is_bool($value)) {
        return $value ? 'true' : 'false';
    }
    if (is_string($value)) {
        return '"' . str_replace(['\\', '"'], ['\\\\', '\\"'], $value) . '"';
    }
    if (is_int($value) && abs($value) <= Limits::SAFE_INTEGER) {
        return (string) $value;
    }
    if (is_array($value)) {
        $items = [];
        foreach ($value as $item) {
            $items[] = canonicalize($item, $depth + 1);
        }
        return '[' . implode(',', $items) . ']';
    }
    if (!$value instanceof \stdClass) {
        throw new \RangeException('no whole number');
    }
    $members = [];
    foreach (get_object_vars($value) as $name => $member) {
        $members[(string) $name] = canonicalize((string) $name) . ':' . canonicalize($member, $depth + 1);
    }
    ksort($members, SORT_STRING);
    return '{' . implode(',', $members) . '}';
}

/**
 * Reads a metadata file. Whether anybody signed it is another question (require_threshold).
 *
 * @param string $type what it must say it is
 * @param string $role by which it is named in a refusal
 * @return \stdClass { signed, signatures }
 * @throws TufError tuf_malformed
 */
function read_metadata(string $text, string $type, string $role): \stdClass
{
    $file = json_decode($text, false, 64);
    try {
        if ($file instanceof \stdClass && is_metadata($file, $type)) {
            canonicalize($file->signed);
            return $file;
        }
    } catch (\RangeException $error) {
        // Numbers or nesting beyond reason: the same as no metadata.
    }
    throw new TufError("tuf_malformed:$role");
}

function is_metadata(\stdClass $file, string $type): bool
{
    $signed = $file->signed ?? null;
    $signatures = $file->signatures ?? null;
    if (!$signed instanceof \stdClass || ($signed->_type ?? null) !== $type || !is_version($signed->version ?? null)) {
        return false;
    }
    if (!is_text($signed->spec_version ?? null, '/\A1(\.\d+){1,2}\z/') || !is_text($signed->expires ?? null, '/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z/')) {
        return false;
    }
    if (strtotime($signed->expires) === false || !is_array($signatures) || count($signatures) > Limits::TUF_SIGNATURES) {
        return false;
    }
    foreach ($signatures as $one) {
        if (!$one instanceof \stdClass || !is_string($one->keyid ?? null) || !is_string($one->sig ?? null)) {
            return false;
        }
    }
    return true;
}

/** @param mixed $value */
function is_version($value): bool
{
    return is_int($value) && $value >= 1 && $value <= Limits::SAFE_INTEGER;
}

/** A member of an object, or null. @param mixed $object */
function member($object, string $name)
{
    return $object instanceof \stdClass && property_exists($object, $name) ? $object->$name : null;
}

/**
 * The keys that speak for a role, by their own ids: a key's id is recomputed, so that one key cannot go by two names, and distinct keys are
 * what is counted.
 *
 * @param mixed $keys id -> key, as root or targets list them
 * @param mixed $role { keyids, threshold }
 * @return array{keys: array<string, string>, threshold: int} id -> bare public key in hex
 * @throws TufError tuf_malformed
 */
function role_keys($keys, $role, string $name): array
{
    $keyids = member($role, 'keyids');
    $threshold = member($role, 'threshold');
    if (!is_array($keyids) || count($keyids) > Limits::TUF_KEYS_PER_ROLE || !is_version($threshold)) {
        throw new TufError("tuf_malformed:$name");
    }
    $found = [];
    foreach ($keyids as $keyid) {
        $key = is_string($keyid) ? member($keys, $keyid) : null;
        $value = member(member($key, 'keyval'), 'public');
        $isKey = member($key, 'keytype') === 'ed25519' && member($key, 'scheme') === 'ed25519' && is_text($value, '/\A[0-9a-f]{64}\z/');
        if (!$isKey || hash('sha256', canonical_key($value)) !== $keyid || isset($found[" $keyid"])) {
            throw new TufError("tuf_malformed:$name");
        }
        $found[" $keyid"] = $value; // the blank keeps PHP from taking digits for a number
    }
    return ['keys' => $found, 'threshold' => $threshold];
}

function canonical_key(string $public): string
{
    return '{"keytype":"ed25519","keyval":{"public":"' . $public . '"},"scheme":"ed25519"}';
}

/**
 * Makes sure that enough different keys of a role signed a file.
 *
 * @throws TufError tuf_unsigned
 */
function require_threshold(\stdClass $metadata, array $role, string $name): void
{
    $bytes = canonicalize($metadata->signed);
    $signers = [];
    foreach ($metadata->signatures as $one) {
        $value = $role['keys'][" $one->keyid"] ?? null;
        if ($value === null || isset($signers[" $value"]) || !is_text($one->sig, '/\A[0-9a-f]{128}\z/')) {
            continue;
        }
        if (sodium_crypto_sign_verify_detached((string) hex2bin($one->sig), $bytes, (string) hex2bin($value))) {
            $signers[" $value"] = true;
        }
    }
    if (count($signers) < $role['threshold']) {
        throw new TufError("tuf_unsigned:$name");
    }
}

function require_in_date(\stdClass $metadata, int $nowS, string $name): void
{
    if ($nowS >= strtotime($metadata->signed->expires)) {
        throw new TufError("tuf_expired:$name");
    }
}
