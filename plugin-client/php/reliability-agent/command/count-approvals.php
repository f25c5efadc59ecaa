<?php

namespace Reliability\Agent;

const APPROVAL_TYPE = 'application/vnd.reliability.approval+json';

/**
 * Counts the distinct people who signed this very plan, each with a key of their own. One person with two keys counts once, one key
 * under two names counts once, an expired or other approval not at all.
 *
 * @param mixed $quorum envelopes, as they came
 */
function count_approvals($quorum, string $planDigest, array $approverKeys, float $now): int
{
    if (!is_array($quorum) || count($quorum) > Limits::QUORUM_ENVELOPES) {
        return 0;
    }
    $approvers = [];
    foreach ($quorum as $envelope) {
        $opened = open_envelope($envelope, APPROVAL_TYPE, $approverKeys);
        $approval = isset($opened['payload']) ? parse_object($opened['payload']) : null;
        if ($approval === null || ($approval['plan_digest'] ?? null) !== $planDigest) {
            continue;
        }
        $expiresAt = parse_time($approval['expires_at'] ?? null);
        if ($expiresAt === null || $expiresAt <= $now) {
            continue;
        }
        foreach ($opened['signers'] as $keyid) {
            $owner = owner_of($approverKeys, $keyid);
            if ($owner !== '' && $owner === person($approval['approver'] ?? null)) {
                $approvers[$owner] = true;
            }
        }
    }
    return count($approvers);
}

/** The first listing of a key names its person, so a key listed twice cannot become two people. */
function owner_of(array $approverKeys, string $keyid): string
{
    foreach ($approverKeys as $key) {
        if (is_array($key) && ($key['keyid'] ?? null) === $keyid) {
            return person($key['approver'] ?? null);
        }
    }
    return '';
}

/** One spelling for one person; '' for none. Without the intl extension only plain ASCII can be told apart, so nothing else counts. @param mixed $name */
function person($name): string
{
    if (!is_string($name)) {
        return '';
    }
    if (class_exists('Normalizer') && function_exists('mb_strtolower')) {
        return mb_strtolower(trim((string) \Normalizer::normalize($name, \Normalizer::FORM_KC)), 'UTF-8');
    }
    return preg_match('/\A[\x20-\x7e]*\z/', $name) ? strtolower(trim($name)) : '';
}
