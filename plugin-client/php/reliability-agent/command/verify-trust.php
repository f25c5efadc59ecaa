<?php

namespace Reliability\Agent;

const TRUST_TYPE = 'application/vnd.reliability.trust+json';

/**
 * Decides whether a trust document takes the place of what is trusted now. Pure.
 *
 * It has to be exactly the next version, signed by as many distinct people as the threshold of today wants, each by a key that is trusted
 * today, and such that it can be satisfied itself: otherwise a mistake would lock the merchant out. Who trusts nobody believes nobody.
 *
 * @param mixed $envelope
 * @param array{version: int, approver_keys: array, threshold: mixed} $current
 * @return array{trust: array}|array{problem: string}
 */
function verify_trust($envelope, array $current): array
{
    $opened = open_envelope($envelope, TRUST_TYPE, $current['approver_keys']);
    if (isset($opened['problem'])) {
        return $opened;
    }
    $signers = [];
    foreach ($opened['signers'] as $keyid) {
        $owner = owner_of($current['approver_keys'], $keyid);
        if ($owner !== '') {
            $signers[$owner] = true;
        }
    }
    $needed = is_int($current['threshold']) ? max(1, $current['threshold']) : PHP_INT_MAX;
    if (count($signers) < $needed) {
        return ['problem' => 'quorum'];
    }
    $document = parse_object($opened['payload']);
    $names = array_keys($document ?? []);
    sort($names);
    if ($names !== ['approver_keys', 'threshold', 'version']) {
        return ['problem' => 'trust_unreadable'];
    }
    if ($document['version'] !== $current['version'] + 1) {
        return ['problem' => 'trust_version'];
    }
    $keys = satisfiable_keys($document['approver_keys'], $document['threshold']);
    return $keys === null ? ['problem' => 'trust_unsatisfiable'] : ['trust' => ['version' => $document['version'], 'approver_keys' => $keys, 'threshold' => $document['threshold']]];
}

/**
 * The keys, if so many people could ever sign by them; else null.
 *
 * @param mixed $keys
 * @param mixed $threshold
 */
function satisfiable_keys($keys, $threshold): ?array
{
    if (!is_int($threshold) || $threshold < 1 || $threshold > Limits::QUORUM_ENVELOPES) {
        return null;
    }
    if (!is_array($keys) || $keys === [] || count($keys) > Limits::TRUST_KEYS || array_keys($keys) !== range(0, count($keys) - 1)) {
        return null;
    }
    $known = [];
    $people = [];
    foreach ($keys as $key) {
        $keyid = is_array($key) ? $key['keyid'] ?? null : null;
        if (!is_string($keyid) || !is_string($key['public_key'] ?? null) || find_key([$key], $keyid) === null || isset($known[$keyid])) {
            return null;
        }
        $owner = person($key['approver'] ?? null);
        if ($owner === '') {
            return null;
        }
        $known[$keyid] = ['keyid' => $keyid, 'public_key' => $key['public_key'], 'approver' => $key['approver']];
        $people[$owner] = true;
    }
    return count($people) >= $threshold ? array_values($known) : null;
}
